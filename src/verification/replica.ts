import { setTimeout as sleep } from 'node:timers/promises';
import { infoOf } from '../keys/info-of.js';
import { ClusterKeyspace } from '../keyspace/index.js';
import { infoNumber } from '../server/info.js';
import type { Session } from './session.js';

const longestMs = 5000;
const pollMs = 20;

/**
 * When the target is a replica with the source's history, waits (5 s at most) until it has applied what the source has
 * now. Anywhere else it returns at once.
 */
export async function untilCaughtUp({ source, target, signal }: Session): Promise<void> {
  if (source instanceof ClusterKeyspace || target instanceof ClusterKeyspace) return;
  const ahead = await infoOf(source);
  const offset = infoNumber(ahead, 'master_repl_offset');
  for (const end = performance.now() + longestMs; performance.now() < end; ) {
    const behind = await infoOf(target);
    const follows = behind.get('role') === 'slave' && behind.get('master_replid') === ahead.get('master_replid');
    if (!follows || infoNumber(behind, 'slave_repl_offset') >= offset) return;
    await sleep(pollMs, undefined, signal ? { signal } : {});
  }
}
