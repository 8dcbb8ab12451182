import { homedir } from 'node:os';
import { join } from 'node:path';

/** What this project built or linked for this user, shared by all checkouts. */
export function cacheDirectory(env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'temporal-redis-migration');
}
