import type { Baseline } from '../../src/preflight/baseline.js';

/** A baseline of which only the load counts. */
export const loadOf = (writeBytesPerSecond: number, syncSeconds: number): Baseline => ({
  at: '2026-01-01T00:00:00.000Z',
  writeBytesPerSecond,
  writeRateFrom: 'replication-offset',
  operationsPerSecond: 0,
  keys: 0,
  usedMemory: 0,
  dataBytes: 0,
  syncSeconds,
  roundTripMs: { source: 1, target: 1 },
  metrics: {
    seconds: 1,
    commands: 0,
    opsPerSecond: 0,
    errors: null,
    errorRate: null,
    errorsByCode: {},
    migrationErrors: {},
    latencyMs: null,
    pingMs: 1,
    top: [],
    evictedKeys: 0,
    expiredKeys: 0,
    rejectedConnections: 0,
    usedMemory: 0,
    reset: null,
  },
});
