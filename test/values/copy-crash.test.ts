import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RespConnection } from '../../src/resp/connection.js';
import { copyValue, type ValueCopied } from '../../src/values/copy-value.js';
import { type Connection, type Content, contents, type RedisServer, startRedis } from '../lab/index.js';
import { type Command, endpointOf, stepwise } from './support.js';

const key = Buffer.from('user:{7}');
const make: Command[] = [
  ...Array.from({ length: 600 }, (_, n): Command => ['XADD', key, `${n + 1}-0`, 'n', n]),
  ['XGROUP', 'CREATE', key, 'readers', 0],
  ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', 500, 'STREAMS', key, '>'],
  ['PEXPIREAT', key, Date.now() + 86_400_000],
];
const old: Command = ['RPUSH', key, 'theirs'];

let servers: [RedisServer, RedisServer];
let onTarget: Connection;
let ours: Content | undefined;
let theirs: Content | undefined;
beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()]);
  const onSource = await servers[0].connect();
  for (const reply of await onSource.pipeline(make)) if (reply instanceof Error) throw reply;
  onSource.close();
  onTarget = await servers[1].connect();
  await onTarget.send(...old);
  ours = (await contents(servers[0])).get(`0/${key}`);
  theirs = (await contents(servers[1])).get(`0/${key}`);
});
afterAll(async () => {
  onTarget?.close();
  await Promise.all(servers.map(server => server.discard()));
});

type Lost = 'both' | 'source' | 'target';

/** Copies until before step `last`, at which connections break: no step of any number comes after. */
async function copyUntil(last: number, lost: Lost, replace: boolean): Promise<ValueCopied | 'died' | 'finished'> {
  const [source, target] = await Promise.all(
    servers.map((server, index) => RespConnection.open(endpointOf(server, index))),
  );
  let steps = 0;
  const before = (): void => {
    if (++steps !== last) return;
    if (lost !== 'target') source?.close();
    if (lost !== 'source') target?.close();
  };
  const [from, to] = [stepwise(source as RespConnection, before), stepwise(target as RespConnection, before)];
  try {
    const done = await copyValue({ source: from, target: to, key, targetKey: key, replace });
    return steps < last ? 'finished' : done;
  } catch {
    return 'died';
  } finally {
    source?.close();
    target?.close();
  }
}

describe.each<[Lost, boolean]>([
  ['both', true],
  ['both', false],
  ['source', true],
  ['target', true],
])('with the connection lost to %s before any step, replacing %s', (lost, replace) => {
  test('the old value or the new one is there, whole, and what is left over expires', async () => {
    let died = 0;
    for (let last = 1; ; last++) {
      await onTarget.send('FLUSHALL');
      if (replace) await onTarget.send(...old);
      const outcome = await copyUntil(last, lost, replace);
      const { [key.toString()]: there, ...rest } = await held();
      if (outcome === 'finished') break;
      if (outcome === 'died') died++;
      expect([replace ? theirs : undefined, ours]).toContainEqual(there);
      if (outcome !== 'died') expect(there).toEqual(ours);
      expect(Object.keys(rest).length).toBeLessThanOrEqual(lost === 'source' ? 0 : 1);
      for (const [name, { expiresAt }] of Object.entries(rest)) {
        expect(name).toMatch(/^__redis-migration:tmp:\{\d+\}:[0-9a-f]{24}$/);
        expect(Number(expiresAt)).toBeGreaterThan(Date.now());
        expect(Number(expiresAt)).toBeLessThanOrEqual(Date.now() + 3_600_000);
      }
    }
    expect(died).toBeGreaterThan(10);
  });
});

async function held(): Promise<Record<string, Content>> {
  const all = await contents(servers[1]);
  return Object.fromEntries([...all].map(([name, content]) => [name.slice(2), content]));
}
