/** What a missing field means, in the form in which a person would type it. The one place of defaults. */
export const defaults = {
  target: { ifNotEmpty: 'refuse' },
  method: 'auto',
  onConflict: 'fail',
  rate: { brake: true },
  migrate: { move: false },
  verification: {
    mode: 'full',
    sampleSize: 1_000,
    minimumConsistency: 1,
    ttlTolerance: '1s',
    rounds: 3,
    repair: false,
    staleAfter: '24h',
  },
  cutover: { mode: 'manual', fence: 'auto', maxLagBytes: '1MiB', drainTimeout: '5s' },
  observe: { duration: '10m', maxErrorRate: 0.01, maxLatency: '3x', onRegression: 'wait' },
  keepSourceFor: '24h',
  sourceAfterwards: 'parked',
  accept: [],
  dryRun: false,
} as const;
