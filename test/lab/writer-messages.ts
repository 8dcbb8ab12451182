import type { Address } from './connection.js';

/** What the parent tells a writer first. Not in its arguments: these are seen by everybody on the machine. */
export interface WriterSettings {
  writer: number;
  prefix: string;
  /** Tried in turn; the first is where it starts. */
  candidates: [Address, Address];
  journal: string;
  ratePerSecond: number;
  commandTimeoutMs: number | null;
  stopAfterMs: number | null;
}

/** What a writer tells its parent, several times a second and once at its end. */
export interface WriterProgress {
  acked: number;
  ambiguous: number;
  /** Microseconds of `now()`, by server (`host:port`). */
  lastAckBy: Record<string, number>;
  /** Error replies by their first word, `closed` for connections that were refused or lost. */
  refusals: Record<string, number>;
  ended: boolean;
}

export function totalProgress(each: readonly WriterProgress[]): WriterProgress {
  const total: WriterProgress = { acked: 0, ambiguous: 0, lastAckBy: {}, refusals: {}, ended: true };
  for (const { acked, ambiguous, lastAckBy, refusals, ended } of each) {
    total.acked += acked;
    total.ambiguous += ambiguous;
    total.ended &&= ended;
    for (const [server, at] of Object.entries(lastAckBy))
      total.lastAckBy[server] = Math.max(total.lastAckBy[server] ?? 0, at);
    for (const [why, times] of Object.entries(refusals)) total.refusals[why] = (total.refusals[why] ?? 0) + times;
  }
  return total;
}
