import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnChild } from '../../test/lab/child.js';
import { now } from '../../test/lab/clock.js';
import { labDirectory } from '../../test/lab/reaper.js';
import type { Servers } from './follower.js';

const pollMs = 5;

/** RedisShake's sync mode, by the binary that REDIS_SHAKE names, until the target has all keys. @returns ms; null: no binary */
export async function shakeSnapshot({ source, target }: Servers): Promise<number | null> {
  const binary = process.env.REDIS_SHAKE;
  if (!binary) return null;
  const dir = mkdtempSync(join(labDirectory(), 'shake-'));
  const settings = join(dir, 'shake.toml');
  writeFileSync(settings, settingsOf(dir, source.port, target.port));
  const keys = await source.cli('DBSIZE');
  const startedAt = now();
  const child = await spawnChild(binary, [settings], { cwd: dir, stdio: 'ignore' });
  while (child.running() && (await target.cli('DBSIZE')) !== keys) await sleep(pollMs);
  const ms = (now() - startedAt) / 1000;
  if (!child.running()) throw new Error('RedisShake has ended');
  await child.end('SIGKILL');
  rmSync(dir, { recursive: true });
  return ms;
}

const settingsOf = (dir: string, source: number, target: number): string => `
[sync_reader]
address = "127.0.0.1:${source}"
sync_rdb = true
sync_aof = true

[redis_writer]
address = "127.0.0.1:${target}"

[advanced]
dir = ${JSON.stringify(dir)}
log_level = "warn"
`;
