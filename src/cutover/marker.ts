import { callOwner } from '../cluster/index.js';
import type { Server } from '../server/connect.js';

/** Outlives `complete` on purpose: a promoted target must never be replicated over by mistake. */
export const promotedKey = '__redis-migration:promoted';

/** What the key holds, as JSON. `to` is the server that was promoted, `offset` where the old primary was parked. */
export interface PromotedMarker {
  workflowId: string;
  from: string;
  to: string;
  replid: string;
  offset: number;
  /** Unix ms. */
  at: number;
}

export function parseMarker(value: unknown): PromotedMarker | null {
  if (typeof value !== 'string') return null;
  try {
    const marker = JSON.parse(value) as Partial<PromotedMarker> | null;
    return typeof marker?.workflowId === 'string' && typeof marker.to === 'string' ? (marker as PromotedMarker) : null;
  } catch {
    return null;
  }
}

export async function readMarker(server: Server): Promise<PromotedMarker | null> {
  return parseMarker(await callOwner(server, 'GET', promotedKey));
}

/**
 * A plain SET can't be queued on a replica, a script can: it runs after `REPLICAOF NO ONE` in the same transaction, so
 * that no promotion is ever without its marker.
 */
export const setMarkerCommand = (marker: PromotedMarker): string[] => [
  'EVAL',
  "return redis.call('SET', KEYS[1], ARGV[1])",
  '1',
  promotedKey,
  JSON.stringify(marker),
];
