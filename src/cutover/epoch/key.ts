import { ownPrefix } from '../../contract/own-prefix.js';
import { connections } from './connections.js';
import type { EpochForm } from './form.js';
import { isEpochName } from './name.js';

/** In the first database. */
export const epochKey = `${ownPrefix}epoch`;

/**
 * For a server without CONFIG, where there are no settings and no users to keep: a managed target. As `connections`, but
 * the latest epoch stands in a key, since such a server is never paused or parked, and so always takes it.
 */
export const key: EpochForm = {
  ...connections,
  kind: 'key',
  ask: ['GET', epochKey],
  namesIn: reply => [String(reply)].filter(isEpochName),
  shutOut: async ({ critical }, name) => void (await critical.call('SET', epochKey, name)),
  clear: async ({ critical }) => void (await critical.call('DEL', epochKey)),
};
