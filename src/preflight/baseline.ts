import { setTimeout as sleep } from 'node:timers/promises';
import { readMetrics } from '../application/metrics.js';
import { type MetricsWindow, window } from '../application/window.js';
import type { Server } from '../server/connect.js';
import { type Info, infoNumber, readInfo, totalKeys } from '../server/info.js';
import { dataBytes, estimateSyncSeconds } from './load.js';
import { roundTripMs } from './round-trip.js';

/** How the source does before anything changes: what buffers are sized by, and what the target is compared with later. */
export interface Baseline {
  /** ISO 8601 UTC. */
  at: string;
  /** Bytes a second of the replication stream. */
  writeBytesPerSecond: number;
  /**
   * `replication-offset` is exact. A source without a backlog (it never had a replica) doesn't count its stream; then
   * all that its clients send counts as writes, which is an upper bound.
   */
  writeRateFrom: 'replication-offset' | 'client-input';
  operationsPerSecond: number;
  keys: number;
  usedMemory: number;
  dataBytes: number;
  /** Estimate of a full sync. */
  syncSeconds: number;
  roundTripMs: { source: number; target: number };
  /** The source's commands, errors and latency in that time. */
  metrics: MetricsWindow;
}

export interface BaselineOptions {
  /** @default 5000 */
  durationMs?: number;
  signal?: AbortSignal;
}

/** Only reads. Rejects with the signal's reason when it is aborted. */
export async function measureBaseline(
  source: Server,
  target: Server,
  { durationMs = 5000, signal }: BaselineOptions = {},
): Promise<Baseline> {
  signal?.throwIfAborted();
  const metricsBefore = await readMetrics(source);
  const before = await observe(source);
  await pause(durationMs, signal);
  const after = await observe(source);
  const metrics = window(metricsBefore, await readMetrics(source));
  return {
    at: new Date().toISOString(),
    ...writeRate(before, after),
    operationsPerSecond: metrics.opsPerSecond,
    ...size(after.info),
    roundTripMs: { source: await roundTripMs(source), target: await roundTripMs(target) },
    metrics,
  };
}

interface Observation {
  info: Info;
  /** Monotonic, in ms. */
  at: number;
}

const observe = async (source: Server): Promise<Observation> => ({
  info: await readInfo(source, 'all'),
  at: performance.now(),
});

function writeRate(before: Observation, after: Observation) {
  const counts = infoNumber(after.info, 'repl_backlog_active') === 1;
  const field = counts ? 'master_repl_offset' : 'total_net_input_bytes';
  const bytes = infoNumber(after.info, field) - infoNumber(before.info, field);
  return {
    writeBytesPerSecond: Math.max(0, Math.round((bytes / (after.at - before.at)) * 1000)),
    writeRateFrom: counts ? ('replication-offset' as const) : ('client-input' as const),
  };
}

const size = (info: Info) => ({
  keys: totalKeys(info),
  usedMemory: infoNumber(info, 'used_memory'),
  dataBytes: dataBytes(info),
  syncSeconds: Math.round(estimateSyncSeconds(info)),
});

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
