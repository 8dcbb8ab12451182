import type { EpochForm } from './form.js';
import { isEpochName } from './name.js';

/**
 * A setting that only cluster nodes look at, and those are refused: elsewhere it is free text, which can be set while the
 * server is paused or parked, and which CONFIG REWRITE keeps. Tried on
 * Redis 6.2 and 7.0 and on Valkey 8.0.
 */
export const markSetting = 'cluster-announce-ip';

/**
 * Without rights to ACL users: acting connections are known by their names, and the latest epoch stands in a setting. It
 * is set through the acting connection, after all earlier ones were cut: so it never goes back.
 */
export const connections: EpochForm = {
  kind: 'connections',
  ask: ['CONFIG', 'GET', markSetting],
  namesIn: reply => [markIn(reply)].filter(isEpochName),
  enter: async admin => admin.endpoint,
  leave: async () => {},
  shutOut: async ({ critical }, name) => void (await critical.call('CONFIG', 'SET', markSetting, name)),
  clear: async ({ critical }) => void (await critical.call('CONFIG', 'SET', markSetting, '')),
};

/** From the answer to CONFIG GET. */
export const markIn = (reply: unknown): string => String((reply as unknown[])[1] ?? '');
