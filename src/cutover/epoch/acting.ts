import type { Server } from '../../server/connect.js';
import { isEpochName } from './name.js';

/** The acting connections that a server has now, by the names that they were given when they were made. */
export interface Acting {
  /** CLIENT ID */
  id: string;
  name: string;
}

const prefix = 'redis-migration:';
export const actingAs = (name: string): string => prefix + name;

/** `id=7 addr=... name=redis-migration:migration-... age=0 ...` https://redis.io/docs/latest/commands/client-list/ */
export function actingIn(clientList: unknown): Acting[] {
  return String(clientList)
    .split('\n')
    .map(line => ({ id: /^id=(\d+)/.exec(line)?.[1] ?? '', name: / name=(\S*)/.exec(line)?.[1] ?? '' }))
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ id, name }) => ({ id, name: name.slice(prefix.length) }))
    .filter(({ name }) => isEpochName(name));
}

/** Cut for good: what they sent and the server has not begun is dropped, also while it is paused or parked. */
export async function cutEarlier(critical: Server, name: string): Promise<void> {
  const earlier = actingIn(await critical.call('CLIENT', 'LIST')).filter(other => other.name < name);
  for (const { id } of earlier) await critical.call('CLIENT', 'KILL', 'ID', id);
}
