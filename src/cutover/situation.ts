import { isParked, type ReplicationState } from '../replication/state.js';

/** One server as an attempt sees it. */
export interface Observed extends ReplicationState {
  /** It carries the marker that names it as promoted by this migration. Written in the promotion's own transaction. */
  promoted: boolean;
  /** A master that refuses writes by its configuration file: it restarted in the middle of a cutover. See config-file.ts. */
  refuses: boolean;
}

/**
 * The two servers of a switch: the primary takes the writes now, the standby will. A cutover has the source as its
 * primary, a rollback the target. Null: can't be reached.
 */
export interface Pair {
  primary: Observed | null;
  standby: Observed | null;
}

/** What roles, ids and marker amount to. Every combination is one of these; no attempt needs to remember more. */
export type Situation =
  /** The primary takes writes, the standby replicates. */
  | 'syncing'
  /** The primary is out, the standby is still a replica: nobody takes writes. */
  | 'parked'
  /** The standby was promoted; the primary refuses writes. */
  | 'promoted'
  /** The primary replicates from the promoted standby. */
  | 'reversed'
  /** Promoted, and the primary came back as a master: it must be parked at once. */
  | 'revived'
  /** Both are masters, and the standby was never promoted: they don't replicate. */
  | 'unrelated'
  /** Somebody else's topology, or a standby that restarted as a master while the primary was parked. */
  | 'foreign'
  | 'primary-lost'
  | 'standby-lost'
  | 'both-lost';

/** How each server reaches the other. */
export interface Addresses {
  primary: { host: string; port: number };
  standby: { host: string; port: number };
}

export function situationOf({ primary, standby }: Pair, addresses: Addresses): Situation {
  if (!primary) return standby ? 'primary-lost' : 'both-lost';
  if (!standby) return 'standby-lost';
  return standby.role === 'replica'
    ? beforePromotion(primary, standby, addresses)
    : afterPromotion(primary, standby, addresses);
}

function beforePromotion(primary: Observed, standby: Observed, addresses: Addresses): Situation {
  const follows = replicatesFrom(standby, addresses.primary) || isParked(standby);
  if (!follows) return 'foreign';
  if (takesWrites(primary)) return 'syncing';
  return isOut(primary) ? 'parked' : 'foreign';
}

function afterPromotion(primary: Observed, standby: Observed, addresses: Addresses): Situation {
  if (primary.role === 'master' && (standby.promoted || cameBackBeside(primary, standby))) return 'revived';
  if (takesWrites(primary)) return 'unrelated';
  if (replicatesFrom(primary, addresses.standby)) return 'reversed';
  return isParked(primary) && (standby.promoted || tookOver(primary, standby)) ? 'promoted' : 'foreign';
}

/** It became a master at the very offset at which the primary is parked: no mark says it better, and FLUSHALL leaves it. */
const tookOver = (primary: Observed, standby: Observed): boolean =>
  standby.replid2 === primary.replid && standby.secondOffset === primary.offset + 1;

export const takesWrites = ({ role, refuses }: Observed): boolean => role === 'master' && !refuses;

/** It refuses writes for good: parked, or back from a restart in the middle of a cutover. */
export const isOut = (primary: Observed): boolean => isParked(primary) || primary.refuses;

/** A replica by its file alone may have been promoted before it restarted: of the same history it was not. */
export const isKnownReplica = (primary: Observed | null, standby: Observed | null): boolean =>
  standby?.role === 'replica' && !standby.promoted && (primary === null || primary.replid === standby.replid);

/** It took writes, and came back as what its file says. Its mark tells, which is written with the promotion. */
export const cameBackAsReplica = (primary: Observed, standby: Observed): boolean =>
  standby.role === 'replica' && standby.promoted && standby.replid !== primary.replid;

/** The standby became a master where the history that the primary came back with goes: it never restarted, so it was promoted. */
const cameBackBeside = (primary: Observed, standby: Observed): boolean =>
  primary.refuses &&
  !standby.refuses &&
  standby.secondOffset > 0 &&
  [primary.replid, primary.replid2].includes(standby.replid2);

export function replicatesFrom({ master }: ReplicationState, address: { host: string; port: number }): boolean {
  return master !== null && master.port === address.port && master.host.toLowerCase() === address.host.toLowerCase();
}
