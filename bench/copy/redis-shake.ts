import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labDirectory } from '../../test/lab/reaper.js';
import type { Ports } from './contenders.js';

/** RedisShake's scan mode, by the binary that REDIS_SHAKE names. @returns ms */
export async function redisShake(binary: string, { source, target }: Ports): Promise<number> {
  const dir = mkdtempSync(join(labDirectory(), 'shake-'));
  const settings = join(dir, 'shake.toml');
  writeFileSync(settings, settingsOf(dir, { source, target }));
  const startedAt = performance.now();
  await promisify(execFile)(binary, [settings], { cwd: dir });
  return Math.round(performance.now() - startedAt);
}

const settingsOf = (dir: string, { source, target }: Ports): string => `
[scan_reader]
address = "127.0.0.1:${source}"
scan = true
ksn = false
count = 100

[redis_writer]
address = "127.0.0.1:${target}"

[advanced]
dir = ${JSON.stringify(dir)}
log_level = "warn"
`;
