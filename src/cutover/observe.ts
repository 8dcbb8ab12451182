import { parseReplication } from '../replication/state.js';
import { parseInfo } from '../server/info.js';
import type { Held } from './epoch.js';
import { type PromotedMarker, parseMarker, promotedKey } from './marker.js';
import type { Observed } from './situation.js';

export interface Observation {
  state: Observed;
  marker: PromotedMarker | null;
}

/** One round trip. Null: the connection is gone, and with it all certainty about this process. */
export async function observe(
  held: Held | null,
  mine: (marker: PromotedMarker) => boolean,
): Promise<Observation | null> {
  if (!held?.critical.isOpen) return null;
  const replies = await held.critical
    .pipeline([
      ['INFO', 'replication'],
      ['GET', promotedKey],
    ])
    .catch(() => null);
  if (!replies || !held.critical.isOpen || replies[0] instanceof Error) return null;
  const marker = parseMarker(replies[1]);
  const promoted = marker !== null && mine(marker);
  return { state: { ...parseReplication(parseInfo(String(replies[0])), held.runId), promoted }, marker };
}
