import type { JournalEntry } from './journal-file.js';

/** Microseconds of `now()`. */
export interface Window {
  since?: number;
  until?: number;
}

export interface WriteGap {
  /** `host:port` of the server that acknowledged first. */
  from: string;
  to: string;
  /** From the last acknowledgement of the one to the first of the other, over all writers. */
  gapMs: number;
  lastAckAt: number;
  firstAckAt: number;
  /**
   * Writes sent to the first server after the other's first acknowledgement, and acknowledged: both took writes. A late
   * reply alone doesn't count, for a writer may have had to wait for the processor.
   */
  overlap: JournalEntry[];
}

/** How long nobody's write was acknowledged while writers went from one server to the other; null when none went. */
export function writeGap(entries: readonly JournalEntry[], window: Window = {}): WriteGap | null {
  const acks = acksWithin(entries, window);
  const spans = [...spansByServer(acks)].sort(([, a], [, b]) => a.first - b.first);
  if (spans.length > 2)
    throw new Error(`a gap is between two servers, not ${spans.map(([server]) => server).join(', ')}`);
  const [one, other] = spans;
  if (!one || !other) return null;
  const [from, { last: lastAckAt }] = one;
  const [to, { first: firstAckAt }] = other;
  const overlap = acks.filter(({ server, sentAt }) => server === from && sentAt > firstAckAt);
  return { from, to, gapMs: (firstAckAt - lastAckAt) / 1000, lastAckAt, firstAckAt, overlap };
}

/** The longest time that one writer had to wait from one acknowledgement to its next. */
export function longestWait(entries: readonly JournalEntry[], window: Window = {}): { writer: number; ms: number } {
  const lastOf = new Map<number, number>();
  let longest = { writer: -1, ms: 0 };
  for (const { writer, at } of acksWithin(entries, window)) {
    const ms = (at - (lastOf.get(writer) ?? at)) / 1000;
    if (ms > longest.ms) longest = { writer, ms };
    lastOf.set(writer, at);
  }
  return longest;
}

const acksWithin = (entries: readonly JournalEntry[], { since = 0, until = Number.POSITIVE_INFINITY }: Window) =>
  entries.filter(({ outcome, at }) => outcome === 'acked' && at >= since && at <= until);

function spansByServer(acks: readonly JournalEntry[]): Map<string, { first: number; last: number }> {
  const spans = new Map<string, { first: number; last: number }>();
  for (const { server, at } of acks) {
    const span = spans.get(server) ?? { first: at, last: at };
    spans.set(server, { first: Math.min(span.first, at), last: Math.max(span.last, at) });
  }
  return spans;
}
