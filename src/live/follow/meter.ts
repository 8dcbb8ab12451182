import { Speed } from '../../keys/speed.js';
import type { StreamSpool } from '../spool/stream-spool.js';
import type { FollowProgress } from './request.js';

const windowMs = 5000;
/** Of less, the first bytes would make a speed. */
const leastMs = 1000;

/** How far the target is. */
export interface Applied {
  phase: FollowProgress['phase'];
  /** Replication offset. */
  offset: number;
  /** Of the snapshot that is being applied. */
  snapshot: { bytes: number; keys: number };
}

/** Measures both halves: what comes into the spool, and what of it gets to the target. */
export class Meter {
  readonly #received = new Speed(windowMs, leastMs);
  readonly #applied = new Speed(windowMs, leastMs);
  readonly #keys = new Speed(windowMs, leastMs);

  /** @param keysTotal of the source; 0: not known */
  constructor(
    private readonly spool: StreamSpool,
    private readonly keysTotal: number,
  ) {}

  measure(
    applied: Applied,
  ): Pick<FollowProgress, 'receivedBytesPerSecond' | 'appliedBytesPerSecond' | 'snapshot' | 'etaSeconds'> {
    const { snapshot, end, replicationId } = this.spool;
    const of = `${replicationId} ${snapshot?.name}`;
    const receivedBytesPerSecond = this.#received.measure((snapshot?.written ?? 0) + end, of);
    if (applied.phase !== 'snapshot' || !snapshot) {
      const appliedBytesPerSecond = this.#applied.measure(applied.offset, applied.offset > 0 && replicationId);
      const speeds = { receivedBytesPerSecond, appliedBytesPerSecond };
      return { ...speeds, snapshot: null, etaSeconds: catchUpSeconds(end - applied.offset, speeds) };
    }
    const { bytes, keys } = applied.snapshot;
    const appliedBytesPerSecond = this.#applied.measure(bytes, of);
    const keysPerSecond = this.#keys.measure(keys, of);
    const bytesTotal = snapshot.size;
    const etaSeconds =
      bytesTotal !== null
        ? secondsFor(bytesTotal - bytes, appliedBytesPerSecond)
        : this.keysTotal > 0
          ? secondsFor(this.keysTotal - keys, keysPerSecond)
          : null;
    const shown = { bytesDone: bytes, bytesTotal, keysDone: keys, keysPerSecond };
    return { receivedBytesPerSecond, appliedBytesPerSecond, snapshot: shown, etaSeconds };
  }
}

const secondsFor = (left: number, perSecond: number | null): number | null =>
  perSecond === null || perSecond <= 0 ? null : Math.ceil(Math.max(0, left) / perSecond);

/** Until so many bytes of the stream, and what comes meanwhile, are on the target. Null: never, at these speeds. */
export const catchUpSeconds = (
  lagBytes: number,
  speeds: Pick<FollowProgress, 'receivedBytesPerSecond' | 'appliedBytesPerSecond'>,
): number | null => {
  if (lagBytes <= 0) return 0;
  const gained = gainPerSecond(speeds);
  return gained === null ? null : secondsFor(lagBytes, gained);
};

/** By how many bytes a second the target comes nearer; negative: it falls behind. Null: not known. */
export const gainPerSecond = ({
  receivedBytesPerSecond: received,
  appliedBytesPerSecond: applied,
}: Pick<FollowProgress, 'receivedBytesPerSecond' | 'appliedBytesPerSecond'>): number | null =>
  received === null || applied === null ? null : applied - received;
