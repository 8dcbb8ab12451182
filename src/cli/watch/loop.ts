import type { MigrationStatus, Phase } from '../../contract/status.js';
import { isOpen, type Snapshot } from '../client/snapshot.js';
import { hasReached } from '../view/phase.js';
import type { Interrupts } from './interrupts.js';
import { type Known, lookOnce, nothingKnown } from './known.js';

export interface WatchView {
  /** Called once a second, and at each news. */
  show(known: Known): void;
  /** Leaves the terminal as it should be. */
  close(): void;
}

export type WatchEnd =
  | { kind: 'ended'; snapshot: Snapshot }
  | { kind: 'reached' | 'waits' | 'interrupted' }
  | { kind: 'lost'; why: string };

export interface WatchOptions {
  /** Throws when Temporal doesn't answer; then it is tried again. */
  look: () => Promise<Snapshot>;
  view: WatchView;
  interrupts: Interrupts;
  /** Ends there, or where the migration waits for the operator. */
  until?: Phase;
  /** Whether a first interrupt is obeyed now; a second one always is. @default always */
  mayStop?: (status: MigrationStatus | null) => boolean;
  /** Resolves when watching on makes no sense. */
  lost?: Promise<string>;
  /** @default 1000 */
  intervalMs?: number;
}

/** Looks once a second and shows what it sees, through outages of workers and Temporal, until there is an end. */
export const watch = async (options: WatchOptions): Promise<WatchEnd> => {
  const { look, view, interrupts, intervalMs = 1_000 } = options;
  let known = nothingKnown;
  let lost: string | null = null;
  let looking: Promise<void> | null = null;
  const lookNow = async () => {
    known = await lookOnce(look, known);
    looking = null;
  };
  void options.lost?.then(why => {
    lost = why;
  });
  try {
    for (;;) {
      const rest = interrupts.within(intervalMs);
      looking ??= lookNow();
      await Promise.race([looking, rest]);
      view.show(isHeld(known, options) ? { ...known, warning: heldWarning } : known);
      const end = endOf(known, lost, options);
      if (end) return end;
      await rest;
    }
  } finally {
    view.close();
  }
};

/** Asked to stop, but not yet allowed to. */
const isHeld = ({ status }: Known, { interrupts, mayStop = () => true }: WatchOptions): boolean =>
  interrupts.count === 1 && !mayStop(status);

const heldWarning = 'Writers are being moved: this stops when that is over. Ctrl-C again stops it now.';

const endOf = ({ snapshot, status }: Known, lost: string | null, options: WatchOptions): WatchEnd | null => {
  const { until, interrupts, mayStop = () => true } = options;
  if (snapshot && !isOpen(snapshot.execution)) return { kind: 'ended', snapshot };
  if (lost !== null) return { kind: 'lost', why: lost };
  if (interrupts.count > 1 || (interrupts.count === 1 && mayStop(status))) return { kind: 'interrupted' };
  if (until === undefined || status === null) return null;
  if (hasReached(status.phase, until)) return { kind: 'reached' };
  return status.phase === 'waiting-for-operator' ? { kind: 'waits' } : null;
};
