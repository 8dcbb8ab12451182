import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { measureBaseline } from '../../src/preflight/baseline.js';
import { replicate } from '../lab/replicate.js';
import { contextOf, start, startPair } from './support.js';

test('the write rate is the replication stream where it is counted, and the input where not', async () => {
  const [source, target] = await startPair();
  const { source: from, target: to } = await contextOf(source, target);
  const writing = new AbortController();
  const written = write(source, writing.signal);

  const alone = await measureBaseline(from, to, { durationMs: 300 });
  expect(alone.writeRateFrom).toBe('client-input');
  await replicate({ from: source, to: await start() });
  const replicated = await measureBaseline(from, to, { durationMs: 300 });
  expect(replicated.writeRateFrom).toBe('replication-offset');
  writing.abort();
  await written;

  // Each write is some 1040 bytes, one every few ms.
  for (const { writeBytesPerSecond, metrics } of [alone, replicated]) {
    expect(writeBytesPerSecond).toBeGreaterThan(10_000);
    expect(writeBytesPerSecond / metrics.opsPerSecond).toBeGreaterThan(500);
  }
  expect(replicated).toMatchObject({ keys: 1, syncSeconds: 5, metrics: { errors: 0, reset: null } });
  expect(replicated.roundTripMs.target).toBeGreaterThan(0);
});

test('an abort ends the measurement at once', async () => {
  const [source, target] = await startPair();
  const { source: from, target: to } = await contextOf(source, target);
  const begun = performance.now();
  const measuring = measureBaseline(from, to, { durationMs: 60_000, signal: AbortSignal.timeout(50) });
  await expect(measuring).rejects.toThrow(/timeout/);
  expect(performance.now() - begun).toBeLessThan(5000);
});

async function write(source: Awaited<ReturnType<typeof start>>, signal: AbortSignal): Promise<void> {
  const connection = await source.connect();
  while (!signal.aborted) {
    await connection.send('SET', 'k', 'x'.repeat(1000));
    await sleep(2);
  }
  connection.close();
}
