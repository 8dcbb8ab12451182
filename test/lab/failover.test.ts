import { afterEach, beforeEach, expect, test } from 'vitest';
import { bareCutover } from '../../bench/bare-cutover.js';
import { engineFailover } from '../../bench/engine-failover.js';
import { audit } from './audit.js';
import { type RedisServer, startRedis } from './redis.js';
import { replicate, untilInSync } from './replicate.js';
import { waitFor } from './wait-for.js';
import { writeGap } from './write-gap.js';
import { startWriters, type Writers } from './writers.js';

const clean = { lost: [], duplicated: [], unexpected: [] };
let source: RedisServer;
let target: RedisServer;
let writers: Writers;
beforeEach(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  await replicate({ from: source, to: target });
  writers = await startWriters({ source, target, count: 4 });
  return () => Promise.all([source.discard(), target.discard(), writers.kill()]);
});
afterEach(() => writers.kill());

const untilMoreWritesOn = (server: RedisServer) => {
  const enough = writers.progress().acked + 200;
  return waitFor(() => writers.progress(), {
    what: `writes on ${server.address}`,
    until: ({ acked, lastAckBy }) => acked > enough && lastAckBy[server.address] !== undefined,
  });
};

test('demoted first and promoted after, nothing that was acknowledged is lost, and the old source follows partially', async () => {
  const { pauseToParkedMs, pauseToPromotedMs } = await bareCutover({ source, target });
  expect(pauseToPromotedMs).toBeGreaterThan(pauseToParkedMs);
  await untilMoreWritesOn(target);
  const journal = await writers.stop();
  expect(await audit(target, journal)).toMatchObject(clean);
  const gap = writeGap(journal.entries);
  expect(gap).toMatchObject({ from: source.address, to: target.address, overlap: [] });
  await untilInSync({ to: source });
  expect((await target.info('stats')).sync_partial_ok).toBe('1');
});

test('the engine fails over without a loss, too', async () => {
  await engineFailover({ source, target });
  await untilMoreWritesOn(target);
  const journal = await writers.stop();
  expect(await audit(target, journal)).toMatchObject(clean);
  expect(writeGap(journal.entries)?.overlap).toEqual([]);
});

test('promoted first and demoted after, acknowledged writes are lost, and the audit finds them', async () => {
  await target.cli('REPLICAOF', 'NO', 'ONE');
  await untilMoreWritesOn(source);
  await source.cli('REPLICAOF', target.host, String(target.port));
  await untilMoreWritesOn(target);
  const { lost, acknowledged } = await audit(target, await writers.stop());
  expect(lost.length).toBeGreaterThan(20);
  expect(lost.length).toBeLessThan(acknowledged);
});
