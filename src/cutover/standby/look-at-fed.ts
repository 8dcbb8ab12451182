import { type Checkpoint, parseCheckpoint } from '../../live/checkpoint.js';
import { parseReplication, type ReplicationState } from '../../replication/state.js';
import type { Server } from '../../server/connect.js';
import { parseInfo } from '../../server/info.js';
import { assertNotFencedOff, type Held } from '../epoch.js';
import { type PromotedMarker, parseMarker, promotedKey } from '../marker.js';

export interface FedLook {
  server: ReplicationState;
  marker: PromotedMarker | null;
  /** The mark is of this migration, and of this direction. */
  promoted: boolean;
  /** Up to where it has the primary's writes. */
  checkpoint: Checkpoint | null;
}

/**
 * What a server that a worker feeds says of itself, in one round trip. Null: the connection is gone, or it doesn't say.
 * @throws MigrationError Superseded
 */
export async function lookAtFed(
  held: Held | null,
  mine: (marker: PromotedMarker) => boolean,
  key: string,
): Promise<FedLook | null> {
  if (!held) return null;
  const replies = held.critical.isOpen ? await ask(held.critical, key) : null;
  if (!replies) {
    await assertNotFencedOff(held);
    return null;
  }
  const [info, mark, place] = replies;
  if (mark instanceof Error || place instanceof Error) return null;
  const marker = parseMarker(mark);
  return {
    server: parseReplication(parseInfo(String(info)), held.runId),
    marker,
    promoted: marker !== null && mine(marker),
    checkpoint: parseCheckpoint(place),
  };
}

async function ask(server: Server, key: string): Promise<unknown[] | null> {
  const replies = await server
    .pipeline([
      ['INFO', 'replication'],
      ['GET', promotedKey],
      ['GET', key],
    ])
    .catch(() => null);
  return replies && server.isOpen && !(replies[0] instanceof Error) ? replies : null;
}
