import type { JournalEntry } from '../../lab/index.js';

/**
 * How often writes moved from one server to the other, at least, for their acknowledgements to have come from one
 * master at a time: the longest row of writes, each sent after the one before it was acknowledged by the other server.
 * More than there were cutovers means that both took writes at once.
 */
export function movesOf(entries: readonly JournalEntry[]): number {
  const acks = entries.filter(({ outcome }) => outcome === 'acked').sort((a, b) => a.at - b.at);
  const [first] = acks;
  const other = acks.find(({ server }) => server !== first?.server);
  if (!first || !other) return 0;
  return Math.max(lengthFrom(acks, first.server), lengthFrom(acks, other.server)) - 1;
}

/** Taking the earliest acknowledgement that fits each time makes the longest row. */
function lengthFrom(acks: readonly JournalEntry[], start: string): number {
  let [length, owner, since] = [0, start, Number.NEGATIVE_INFINITY];
  for (const { server, sentAt, at } of acks) {
    const wanted = length === 0 ? server === owner : server !== owner;
    if (!wanted || sentAt <= since) continue;
    [length, owner, since] = [length + 1, server, at];
  }
  return length;
}
