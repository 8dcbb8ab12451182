import { parseReplication } from '../replication/state.js';
import { parseInfo } from '../server/info.js';
import { isBraced } from './config-file.js';
import { assertNotFencedOff, type Held } from './epoch.js';
import { type PromotedMarker, parseMarker, promotedKey } from './marker.js';
import type { Observed } from './situation.js';

export interface Observation {
  state: Observed;
  marker: PromotedMarker | null;
  /** When whoever feeds it last heard from the primary, in Unix ms. Missing: it hears by itself, and says so. */
  heardAt?: number;
}

/**
 * One round trip. Null: the connection is gone, and with it all certainty about this process.
 * @throws MigrationError Superseded when it was cut by a later attempt
 */
export async function observe(
  held: Held | null,
  mine: (marker: PromotedMarker) => boolean,
): Promise<Observation | null> {
  if (!held) return null;
  const observation = held.critical.isOpen ? await ask(held, mine) : null;
  if (!observation) await assertNotFencedOff(held);
  return observation;
}

async function ask(held: Held, mine: (marker: PromotedMarker) => boolean): Promise<Observation | null> {
  const replies = await held.critical
    .pipeline([
      ['INFO', 'replication'],
      ['GET', promotedKey],
      ['CONFIG', 'GET', 'min-replicas-to-write'],
    ])
    .catch(() => null);
  if (!replies || !held.critical.isOpen || replies[0] instanceof Error) return null;
  const replication = parseReplication(parseInfo(String(replies[0])), held.runId);
  // A master that is still loading doesn't say whether it was promoted: as little is known of it as of one that is down.
  if (replies[1] instanceof Error && replication.role === 'master') return null;
  const marker = parseMarker(replies[1]);
  const refuses = replication.role === 'master' && isBraced(replies[2]);
  return { state: { ...replication, promoted: marker !== null && mine(marker), refuses }, marker };
}
