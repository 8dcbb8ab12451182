import { expect, test } from 'vitest';
import type { PartitionProgress } from '../../src/copy/index.js';
import { planCopy } from '../../src/copy/index.js';
import { fill, startProxy, waitFor } from '../lab/index.js';
import { copyAll, endpoint, everything, unlimited } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

test('no more keys a second than allowed', async () => {
  await fill(source, { keys: 10_000 });
  const rate = { ...unlimited, maxKeysPerSecond: 10_000 };
  const took = await seconds(() => copyAll(source, target, { rate }));
  expect(took).toBeGreaterThan(0.8);
  expect(took).toBeLessThan(10);
});

test('no more bytes a second than allowed', async () => {
  await fill(source, { keys: 100, bytes: 10_000 });
  // As payload these are fewer bytes than that, as long as they are compressed.
  await source.cli('CONFIG', 'SET', 'rdbcompression', 'no');
  const rate = { ...unlimited, maxBytesPerSecond: 1_000_000 };
  const before = performance.now();
  const [report] = await copyAll(source, target, { rate, sliceMs: 10_000 });
  const allowed = (report?.progress.bytes ?? 0) / 1e6;
  expect(allowed).toBeGreaterThan(0.9);
  expect((performance.now() - before) / 1000).toBeGreaterThan(allowed - 0.6);
});

test('when the latency rises, the brake slows it down; when it falls, it gets faster again', async () => {
  await fill(source, { keys: 400_000, bytes: 10 });
  const link = await startProxy({ to: source });
  try {
    const endpoints = { source: endpoint('source', link), target: endpoint('target', target) };
    const { baseline } = await planCopy(endpoints, everything, { partitions: 1 });
    expect(baseline.source).toBeGreaterThan(0);
    const stop = new AbortController();
    let last: PartitionProgress | undefined;
    const onProgress = (progress: PartitionProgress) => {
      last = progress;
    };
    const rate = { maxKeysPerSecond: 20_000, maxBytesPerSecond: null, brake: true, baseline };
    const copying = copyAll(link, target, { rate, onProgress, signal: stop.signal });
    await waitFor(() => (last?.scanned ?? 0) > 5000, { what: 'some keys' });
    link.delayMs = 60;
    await waitFor(() => last?.brakedTo, { what: 'the brake', timeoutMs: 15_000 });
    link.delayMs = 0;
    const slow = last?.brakedTo ?? 0;
    await waitFor(() => (last?.brakedTo ?? Number.POSITIVE_INFINITY) > slow * 1.2, { what: 'more speed' });
    stop.abort();
    const [report] = await copying;
    expect(report?.finding).toBeNull();
  } finally {
    await link.close();
  }
});
