import type { Observed } from '../../../src/cutover/situation.js';
import { elsewhere } from './cases.js';
import type { Decided } from './decided.js';

/** What the invariants ask of a case, in terms of INFO alone. */

export const at = (server: Observed | null, { port, host }: { host: string; port: number }): boolean =>
  server?.master?.host === host && server.master.port === port;
export const isParked = (server: Observed | null): boolean => at(server, { host: '127.0.0.1', port: 1 });
export const isMaster = (server: Observed | null): boolean => server?.role === 'master';
export const isReplica = (server: Observed | null): boolean => server?.role === 'replica';
/** It takes no writes: parked, or back from its braced file. */
export const isOut = (server: Observed | null): boolean => isParked(server) || server?.refuses === true;
export const isForeign = (server: Observed | null): boolean => at(server, elsewhere);

export const sameHistory = ({ primary, standby }: Decided): boolean => primary?.replid === standby?.replid;
export const behind = ({ primary, standby }: Decided): number => (primary?.offset ?? 0) - (standby?.offset ?? 0);
export const isEqual = (decided: Decided): boolean =>
  behind(decided) === 0 && (sameHistory(decided) || isSameAgain(decided));
/** It loaded what it had saved under the standby's id, and took no write since. */
const isSameAgain = ({ primary, standby }: Decided): boolean =>
  primary?.refuses === true && primary.replid2 === standby?.replid && primary.secondOffset === primary.offset + 1;

/** `limit` in ms. */
export const within = (since: number | null | undefined, limit: number, { attempt }: Decided): boolean =>
  typeof since === 'number' && attempt.now - since < limit;

/** It bears the mark, and went on under an id of its own before it restarted as a replica. */
export const cameBackAsReplica = (decided: Decided): boolean =>
  isReplica(decided.standby) && decided.standby?.promoted === true && !sameHistory(decided) && isOut(decided.primary);

/** By its mark, or by having become a master at the very offset at which the primary stands. */
export const isPromoted = ({ primary, standby }: Decided): boolean =>
  isMaster(standby) && (standby?.promoted === true || becameMasterAt(standby, primary));

const becameMasterAt = (standby: Observed | null, primary: Observed | null): boolean =>
  isParked(primary) && standby?.replid2 === primary?.replid && standby?.secondOffset === (primary?.offset ?? 0) + 1;

/** Of what the primary has, or (unreachable, or restarted, and so without a backlog) was last known to have. */
export function lossIsAccepted(decided: Decided): boolean {
  const { limits, primary, standby } = decided;
  const bound = limits.acceptLossBytes;
  if (bound === null) return false;
  const ofLastSeen = limits.lastPrimaryOffset - (standby?.offset ?? 0);
  const ofPrimary = primary && sameHistory(decided) ? behind(decided) : Number.POSITIVE_INFINITY;
  const hasRestarted = primary?.refuses || primary?.backlogFirstOffset === 0;
  const counts = primary === null || hasRestarted ? Math.min(ofLastSeen, ofPrimary) : ofPrimary;
  return counts <= bound;
}

/** What would follow the primary's offset is in the standby's backlog, under an id that both know. */
export function mustContinue(primary: Observed | null, standby: Observed | null): boolean {
  if (!primary || !standby) return false;
  const next = primary.offset + 1;
  const known =
    primary.replid === standby.replid || (primary.replid === standby.replid2 && next <= standby.secondOffset);
  return known && next <= standby.offset + 1 && next >= standby.backlogFirstOffset;
}
