import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Audit, audit } from './audit.js';
import type { Journal } from './journal.js';
import { type RedisServer, startRedis } from './redis.js';
import { waitFor } from './wait-for.js';
import { longestWait, writeGap } from './write-gap.js';
import { startWriters } from './writers.js';

const clean = { lost: [], duplicated: [], unexpected: [] };
let one: RedisServer;
let other: RedisServer;
beforeAll(async () => {
  [one, other] = await Promise.all([startRedis(), startRedis()]);
});
afterAll(() => Promise.all([one.discard(), other.discard()]));

describe('what was written is held against what is there', () => {
  let journal: Journal;
  let seq: number;
  beforeAll(async () => {
    const writers = await startWriters({ source: one, target: other, count: 2, prefix: 'audited' });
    await waitFor(() => writers.progress().acked > 200, { what: '200 writes' });
    journal = await writers.stop();
    seq = Number((await one.cli('LRANGE', 'audited:0:0:list', '3', '3')).trim());
    await one.cli('SAVE');
  });
  beforeEach(() => one.restart({ graceful: false }));
  const findings = async (): Promise<Audit> => audit(one, journal);

  test('nothing is found where nothing happened, and all was counted', async () => {
    expect(await findings()).toEqual({ acknowledged: journal.entries.length, ambiguous: 0, ...clean });
    expect(journal.entries.length).toBeGreaterThan(200);
    expect(journal.totals.lastAckBy[one.address]).toBe(Math.max(...journal.entries.map(({ at }) => at)));
  });

  test('a lost element of a list', async () => {
    await one.cli('LREM', 'audited:0:0:list', '1', String(seq));
    expect((await findings()).lost).toMatchObject([{ key: 'audited:0:0:list', seq, found: 'nothing' }]);
  });

  test('an element that was pushed twice, and one that nobody pushed', async () => {
    await one.cli('RPUSH', 'audited:0:0:list', String(seq), '7777777');
    const { lost, duplicated, unexpected } = await findings();
    expect({ lost, duplicated, unexpected }).toMatchObject({
      lost: [],
      duplicated: [{ key: 'audited:0:0:list', seq }],
      unexpected: [{ seq: 7777777 }],
    });
  });

  test('elements out of order', async () => {
    await one.cli('LMOVE', 'audited:1:0:list', 'audited:1:0:list', 'LEFT', 'RIGHT');
    expect((await findings()).unexpected).toMatchObject([{ key: 'audited:1:0:list', expected: /^before / }]);
  });

  test('a counter that is one short, and one that is one ahead', async () => {
    await one.cli('DECR', 'audited:0:0:counter');
    await one.cli('INCR', 'audited:1:0:counter');
    const { lost, duplicated } = await findings();
    expect(lost).toMatchObject([{ key: 'audited:0:0:counter' }]);
    expect(duplicated).toMatchObject([{ key: 'audited:1:0:counter' }]);
  });

  test('a value and a field that are gone or older than the last acknowledged ones', async () => {
    await one.cli('SET', 'audited:0:0:string:1', '7');
    await one.cli('DEL', 'audited:0:0:string:2');
    await one.cli('HDEL', 'audited:1:0:hash', '3');
    await one.cli('HSET', 'audited:1:0:hash', '4', 'nonsense');
    const { lost, unexpected } = await findings();
    expect(lost.map(({ key }) => key).sort()).toEqual([
      'audited:0:0:string:1',
      'audited:0:0:string:2',
      'audited:1:0:hash/3',
    ]);
    expect(unexpected).toMatchObject([{ key: 'audited:1:0:hash/4', found: 'nonsense' }]);
  });
});

test('writers that are cut off go to the other server, and writes on both sides are an overlap', async () => {
  const writers = await startWriters({ source: one, target: other, count: 3, prefix: 'split' });
  const kill = (server: RedisServer) => server.cli('CLIENT', 'KILL', 'TYPE', 'normal');
  const wrote = (server: RedisServer, since: number) =>
    waitFor(() => writers.progress().lastAckBy[server.address] ?? 0, { what: 'a write', until: at => at > since });
  await kill(one);
  const at = await wrote(other, 0);
  await kill(other);
  await wrote(one, at);
  const journal = await writers.stop();
  const gap = writeGap(journal.entries);
  expect(gap).toMatchObject({ from: one.address, to: other.address });
  expect(gap?.overlap.length).toBeGreaterThan(0);
  expect(gap?.overlap.every(({ server }) => server === one.address)).toBe(true);
});

test('a server that dies under a write leaves unknown outcomes, and no false alarm when it is back', async () => {
  const writers = await startWriters({ source: one, target: one, count: 3, prefix: 'crashed', ratePerWriter: 100_000 });
  await one.cli('CONFIG', 'SET', 'appendonly', 'yes');
  await waitFor(() => one.info('persistence'), { what: 'the log', until: it => it.aof_rewrite_in_progress === '0' });
  const { acked } = writers.progress();
  await one.cli('CONFIG', 'REWRITE');
  await one.restart({ graceful: false });
  await waitFor(() => writers.progress().acked > acked + 300, { what: 'writes after the crash' });
  const journal = await writers.stop();
  expect(journal.totals.refusals.closed).toBeGreaterThan(0);
  const audited = await audit(one, journal);
  expect(audited).toMatchObject(clean);
  expect(audited.ambiguous).toBeGreaterThanOrEqual(3);
});

test('a frozen server is waited for, and the wait is measured', async () => {
  const writers = await startWriters({ source: other, target: other, count: 1, prefix: 'frozen' });
  other.pauseProcess();
  await new Promise(resolve => setTimeout(resolve, 200));
  other.resumeProcess();
  const { acked } = writers.progress();
  await waitFor(() => writers.progress().acked > acked + 5, { what: 'writes after the freeze' });
  const journal = await writers.stop();
  expect(longestWait(journal.entries).ms).toBeGreaterThan(150);
  expect(await audit(other, journal)).toMatchObject({ ...clean, ambiguous: 0 });
});
