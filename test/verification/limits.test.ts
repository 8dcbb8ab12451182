import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Limits } from '../../src/verification/throttle.js';
import { fill, replicate, waitFor } from '../lab/index.js';
import { allEqual, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

test.each([
  ['small values', { keys: 4000, bytes: 1000 }],
  ['values that are compared in pieces', { keys: 4, bytes: 1_000_000 }],
])('a rate of bytes is kept to, with %s', async (_, filling) => {
  for (const server of [two.source, two.target]) await fill(server, filling);
  const rate = { maxKeysPerSecond: null, maxBytesPerSecond: 3_000_000 };
  // 4 MB; what was read first is waited for afterwards.
  expect(await elapsed(() => two.verify({ rate }))).toBeGreaterThan(900);
  expect(await elapsed(() => two.verify())).toBeLessThan(900);
});

test('limits may change at any time, and it stands still while it is paused', async () => {
  for (const server of [two.source, two.target]) await fill(server, { keys: 30_000 });
  let limits: Limits = { maxKeysPerSecond: 2000, maxBytesPerSecond: null };
  let compared = 0;
  const onProgress = (progress: { compared: number }) => {
    compared = progress.compared;
  };
  const verified = two.verify({}, { limits: () => limits, onProgress });
  await waitFor(() => compared > 0, { what: 'the first keys' });
  limits = { ...limits, paused: true };
  let last = -1;
  const standsStill = () => {
    const same = compared === last;
    last = compared;
    return same;
  };
  await waitFor(standsStill, { what: 'it to stand still', everyMs: 700 });
  expect(compared).toBeLessThan(30_000);
  limits = { maxKeysPerSecond: null, maxBytesPerSecond: null };
  expect(await elapsed(() => verified)).toBeLessThan(5000);
  expect(counts(await verified)).toEqual(allEqual(30_000));
});

test('the verdict tells the offset of the source at which it was true', async () => {
  await fill(two.source, { keys: 10 });
  await replicate({ from: two.source, to: two.target });
  await two.run('source', ['SET', 'a', 1]);
  const { offset } = await two.verify();
  const { master_repl_offset: now } = await two.source.info('replication');
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThanOrEqual(Number(now));
});
