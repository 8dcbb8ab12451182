import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Place } from '../../copy/support.js';
import { Closers } from '../../lab/closers.js';
import { type Connection, RedisError, type Reply, startRedis, waitFor } from '../../lab/index.js';
import { snapshotOf } from '../../rdb/apply-support.js';
import { fixtures } from '../../rdb/fixtures.js';
import { heldBy } from '../../rdb/held-by.js';
import { expected } from '../../rdb/told-value.js';
import { describeEachVersion } from '../../support/each-version.js';
import { workflowId } from '../apply/following.js';
import { InProcess } from '../follow/in-process.js';
import { leave } from '../follow/settled.js';
import { type Built, BuiltSource } from './built-source.js';
import { type BuiltRow, builtStreams } from './built-streams.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const built = fixtures.filter(({ name }) => name in builtStreams);

/** Sources that can't be run here: their snapshots are real, what follows was built by the protocol. */
describe('from sources that were not run, whose streams were built by the protocol,', () => {
  describeEachVersion(
    'to',
    version => {
      test.each(built)(
        '$name: every key of its snapshot, and what the stream makes of them',
        async ({ name, rdb, told }) => {
          const rows = builtStreams[name] as BuiltRow[];
          const all = Object.entries(told.dbs).flatMap(([db, keys]) => keys.map(key => [db, key] as const));
          const diskless = name === 'redis-5.0.14' || name === 'redis-7.4.1';
          const starting = BuiltSource.open({ rdb, version: name.slice('redis-'.length), diskless });
          const source = await closers.keep(starting, it => it.close());
          for (const [db, { key, type, dump }] of all)
            if (dump) source.values.set(`${db}/${bytesOf(key)}`, { payload: bytesOf(dump), type, expireAt: null });
          for (const [name, of, expireAt = null] of fetchedAs) {
            const value = source.values.get(of);
            if (value) source.values.set(name, { ...value, expireAt });
          }
          const target = await closers.keep(startRedis({ version, persistence: 'none' }), it => it.discard());
          await followed(source, target, commandsOf(rows, source));
          await answers(target, rows);
          const after = (await snapshotOf(target)).told;
          const named = new Set(rows.flatMap(({ stream }) => stream.split(/[| ]/)));
          const isNamed = (key: string) => named.has(String(bytesOf(key)));
          for (const [db, key] of all.filter(([, { key }]) => !isNamed(key)))
            expect(heldBy(version, after.get(`${db}/${key.key}`))).toMatchObject(heldBy(version, expected(key)));
          const ofSnapshot = new Set(all.map(([db, { key }]) => `${db}/${key}`));
          const others = [...after.keys()].filter(
            key => !ofSnapshot.has(key) && !isNamed(key.slice(key.indexOf('/') + 1)),
          );
          expect(others).toEqual([]);
        },
      );
    },
    ['6.0', '7.0', '8.0', 'valkey-8.1'],
  );
});

/** What targets that lack a command, or can't read a payload, ask the source for: keys, by those of the snapshot. */
const fetchedAs: [name: string, of: string, expireAt?: number][] = [
  ['0/b:copied', '0/list:plain'],
  ['3/b:copied', '0/list:plain'],
  ['0/b:trimmed', '0/stream:plain'],
  ['0/b:range', '0/zset:small'],
  ['0/b:diff', '0/zset:small'],
  ['0/b:restored', '0/zset:small'],
  ['0/b:restored2', '0/hash:small', 1_924_992_000_001],
];

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

function commandsOf(rows: readonly BuiltRow[], source: BuiltSource): Built[][] {
  const word = (text: string) =>
    text.startsWith('$OF:') ? (source.values.get(`0/${text.slice(4)}`)?.payload as Buffer) : text;
  return rows.map(({ stream }) => {
    const lines = stream.split('|').map(line => line.split(' '));
    const script = lines.find(([name]) => name === 'SCRIPT')?.[2] ?? '';
    const sha = createHash('sha1').update(script).digest('hex');
    return lines.map(words => words.map(each => (each === '$SHA' ? sha : word(each))));
  });
}

/** The connection breaks half-way, and the source goes on from there. */
async function followed(source: BuiltSource, target: Place, rows: Built[][]): Promise<void> {
  const following = new InProcess(source, target);
  const untilApplied = () =>
    waitFor(() => following.ended || following.progress?.applied === source.offset, { what: 'it to be applied' });
  const half = rows.length >> 1;
  source.say(rows.slice(0, half).flat());
  await untilApplied();
  const heard = source.heard.length;
  source.hangUp();
  // It is asked where it is, before which expiries are too late to count.
  await waitFor(() => following.ended || source.heard.indexOf('INFO', heard) >= 0, { what: 'a new connection' });
  source.say([['SELECT', '0'], ...rows.slice(half).flat()]);
  await untilApplied();
  await following.stop();
  await leave(target, workflowId);
}

async function answers(target: { connect(): Promise<Connection> }, rows: readonly BuiltRow[]): Promise<void> {
  const connection = await target.connect();
  for (const [question, wanted] of rows.flatMap(({ asked }) => Object.entries(asked))) {
    const [, db = '0', line = ''] = /^(?:(\d+)\/)?(.*)$/s.exec(question) ?? [];
    await connection.send('SELECT', db);
    const answer = await answerOf(connection, line);
    if (answer === undefined) continue;
    if (typeof wanted === 'function') expect({ question, answer, fits: wanted(answer) }).toMatchObject({ fits: true });
    else if (line.startsWith('PEXPIRETIME')) expect(Math.abs(Number(answer) - Number(wanted))).toBeLessThan(1000);
    else expect({ question, answer }).toEqual({ question, answer: wanted });
  }
  connection.close();
}

/** Undefined: the target has no such thing. Before 7.0, an expiry is what is left and the time. */
async function answerOf(connection: Connection, line: string): Promise<unknown> {
  const [reply] = await connection.pipeline([line.split(' ')]);
  if (!(reply instanceof RedisError)) return plain(reply);
  if (/^(HPEXPIRETIME|FUNCTION)/.test(line)) return undefined;
  if (!line.startsWith('PEXPIRETIME')) throw reply;
  return Date.now() + Number(await connection.send('PTTL', line.split(' ')[1] as string));
}

const plain = (reply: Reply | undefined): unknown =>
  Array.isArray(reply) ? reply.map(plain) : Buffer.isBuffer(reply) ? reply.toString('latin1') : reply;
