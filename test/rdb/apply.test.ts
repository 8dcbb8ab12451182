import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outcome } from '../../src/copy/outcome.js';
import { ApplyBatch } from '../../src/rdb/apply/batch.js';
import { ApplySession } from '../../src/rdb/apply/session.js';
import { writeForeign } from '../../src/rdb/apply/write-whole.js';
import { anybody, endpoint } from '../copy/support.js';
import { contents, fillEveryType, type RedisServer, startRedis } from '../lab/index.js';
import { applyFile, snapshotOf } from './apply-support.js';
import { fixtures } from './fixtures.js';
import { readAll } from './read-all.js';
import { expected } from './told-value.js';

let source: RedisServer;
let target: RedisServer;
let dir = '';
let file = '';
beforeAll(async () => {
  const config = { 'repl-diskless-sync-delay': '0' };
  [source, target] = await Promise.all([
    startRedis({ persistence: 'none', config }),
    startRedis({ persistence: 'none', config }),
  ]);
  dir = await mkdtemp(path.join(tmpdir(), 'apply-'));
  file = path.join(dir, 'dump.rdb');
});
afterAll(async () => {
  await Promise.all([source.discard(), target.discard(), rm(dir, { recursive: true })]);
});
beforeEach(async () => {
  for (const server of [source, target]) {
    await server.cli('FLUSHALL');
    await server.cli('FUNCTION', 'FLUSH');
  }
});

const digestOf = (server: RedisServer) => server.cli('DEBUG', 'DIGEST');
const spool = async () => writeFile(file, (await snapshotOf(source)).bytes);

test('every type and encoding, with and without expiry, in several databases, under odd names', async () => {
  await fillEveryType(source);
  await spool();
  const all = await contents(source);
  const { progress, finding } = await applyFile(file, target);
  expect(finding).toBe(null);
  expect(progress).toMatchObject({ done: true, scanned: all.size, copied: all.size, skipped: 0, unheld: [] });
  expect(await contents(target)).toEqual(all);
  expect(await digestOf(target)).toBe(await digestOf(source));
});

describe.each(fixtures)('the snapshot of $name', ({ rdb, told }) => {
  const all = Object.entries(told.dbs).flatMap(([db, keys]) =>
    keys.map(key => [`${db}/${key.key}`, expected(key)] as const),
  );
  const hasFieldExpiry = all.some(([, key]) => 'fieldExpiry' in key);

  test('applied to a running server, it is what the other one told of', async () => {
    await writeFile(file, rdb);
    const { progress, finding } = await applyFile(file, target);
    expect(finding).toBe(null);
    expect(progress).toMatchObject({ done: true, scanned: all.length, copied: all.length });
    const after = (await snapshotOf(target)).told;
    expect([...after.keys()].toSorted()).toEqual(all.map(([key]) => key).toSorted());
    for (const [key, value] of all) expect(after.get(key)).toMatchObject(withoutFieldExpiry(value));
    expect(progress.unheld.length > 0).toBe(hasFieldExpiry);
    if (told.functions !== null) expect(await target.cli('FUNCTION', 'LIST')).toContain('lib');
  });

  test.each(['replace', 'skip'] as const)('made of native commands only (%s), it is the same', async onConflict => {
    const session = await ApplySession.open(endpoint('target', target), 'any', anybody);
    const batch = new ApplyBatch();
    for (const { db, key, type, raw, expireAt } of readAll(rdb).keys)
      batch.leave({
        place: key,
        db,
        type,
        value: (raw as Buffer).subarray(1),
        position: 0,
        expireAt: Math.max(0, expireAt),
      });
    const outcome = new Outcome();
    await writeForeign(session, batch, onConflict, outcome);
    await writeForeign(session, batch, onConflict, outcome);
    session.close();
    const [copied, skipped] = onConflict === 'replace' ? [2 * all.length, 0] : [all.length, all.length];
    expect(outcome.counts).toMatchObject({ copied, skipped });
    const after = (await snapshotOf(target)).told;
    for (const [key, value] of all) expect(unsigned(after.get(key))).toMatchObject(unsigned(withoutFieldExpiry(value)));
    expect(after.size).toBe(all.length);
  });
});

/** 7.0, which it is applied to, knows no expiry of fields. */
function withoutFieldExpiry(value: object): object {
  const { fieldExpiry, ...rest } = value as { fieldExpiry?: unknown };
  return rest;
}

/** A server that is told -0 by ZADD keeps it as 0 in a small sorted set. JSON has no -0 either, and no infinity. */
const unsigned = (value: object | undefined): object =>
  JSON.parse(JSON.stringify(value, (_, each) => (Math.abs(each) === Number.POSITIVE_INFINITY ? String(each) : each)));
