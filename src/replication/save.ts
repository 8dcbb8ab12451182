import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '../server/config.js';
import type { Server } from '../server/connect.js';
import { type Info, infoNumber, readInfo } from '../server/info.js';

export interface SaveOptions {
  signal: AbortSignal;
  /** Called while the save runs. */
  onWait(): void;
}

/**
 * Makes one good save where the server's persistence is by snapshots. https://redis.io/docs/latest/commands/bgsave/
 * Resolves to what came of it, in words.
 */
export async function saveDataset(server: Server, { signal, onWait }: SaveOptions): Promise<string> {
  const config = await readConfig(server, 'save', 'appendonly');
  if (config.get('appendonly') === 'yes') return 'the append-only file is on';
  if (!config.get('save')) return 'persistence is off: no save was made';
  const before = await readInfo(server, 'persistence');
  await server.call('BGSAVE', 'SCHEDULE');
  for (;;) {
    await delay(200, undefined, { signal });
    const now = await readInfo(server, 'persistence');
    if (now.get('rdb_last_bgsave_status') !== 'ok') return "the save FAILED: look at the target's log";
    if (isNewer(now, before)) return 'saved';
    onWait();
  }
}

/** Times of saves are in whole seconds; 7.0 and later count them too. */
function isNewer(now: Info, before: Info): boolean {
  const grew = (field: string) => infoNumber(now, field) > infoNumber(before, field);
  return now.get('rdb_bgsave_in_progress') === '0' && (grew('rdb_saves') || grew('rdb_last_save_time'));
}
