import type { FenceChoice, HookPoint, Method, SecretReference, TlsInput } from './input.js';

/** The input with every default filled in and every unit made plain: durations in ms, sizes in bytes, times in Unix ms. */
export interface MigrationPlan {
  source: ServerPlan;
  target: ServerPlan & { ifNotEmpty: 'refuse' | 'wipe' };
  method: Method | 'auto';
  filter: { match: string[]; exclude: string[]; types: string[]; databases: number[] } | null;
  rename: { databases: Record<string, number>; prefix: { from: string; to: string } | null } | null;
  onConflict: 'fail' | 'replace' | 'skip';
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null; brake: Brake };
  migrate: { move: boolean };
  rdb: { file: string | null };
  verification: {
    mode: 'full' | 'sample' | 'keys' | 'none';
    sampleSize: number;
    minimumConsistency: number;
    ttlToleranceMs: number;
    rounds: number;
    repair: boolean;
    staleAfterMs: number;
  };
  cutover: {
    mode: 'manual' | 'auto';
    fence: FenceChoice;
    maxLagBytes: number;
    drainTimeoutMs: number;
    notBefore: number | null;
    notAfter: number | null;
    hooks: Partial<Record<HookPoint, string>>;
  };
  observe: {
    durationMs: number;
    maxErrorRate: number;
    maxLatency: LatencyBound;
    onRegression: 'wait' | 'rollback';
  };
  keepSourceForMs: number;
  sourceAfterwards: 'parked' | 'released';
  accept: string[];
  dryRun: boolean;
}

export interface ServerPlan {
  host: string;
  port: number;
  username: string | null;
  password: SecretReference | null;
  /** Null: the connection is not encrypted. */
  tls: TlsInput | null;
  addressForPeer: { host: string; port: number };
}

/** So many ms, or so many times what it was before. */
export type LatencyBound = { ms: number } | { times: number };

/**
 * How much latency the moving of data may cause on either server before it slows down. true: 5 times what it is at rest,
 * and 10 ms more than that at least; false: any.
 */
export type Brake = boolean | LatencyBound;
