import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { now } from '../test/lab/clock.js';
import { labDirectory } from '../test/lab/reaper.js';
import type { RedisServer } from '../test/lab/redis.js';
import { redisVersion } from '../test/lab/redis-binary.js';
import { type Summary, summary } from './summary.js';

/** What figures depend on, without saying whose machine it is. Load and disk are those before the run. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${platform()} ${release()} ${arch()}`,
  loadAverage: loadavg(),
  fsyncMs: fsyncMs(),
});

export const versions = () => ({
  node: process.versions.node,
  redis: redisVersion(),
  temporalSdk: packageVersion('@temporalio/worker'),
  temporalServer: temporalVersion(),
});

const named = [
  'save',
  'appendonly',
  'io-threads',
  'repl-diskless-sync',
  'repl-diskless-sync-delay',
  'repl-diskless-load',
  'repl-backlog-size',
] as const;

/** What the servers of a benchmark are set to, as far as its figures depend on it. */
export async function serverSettings(server: RedisServer): Promise<Record<string, string>> {
  const read = async (name: string) => [name, (await server.cli('CONFIG', 'GET', name)).split('\n')[1] ?? ''];
  return Object.fromEntries(await Promise.all(named.map(read)));
}

/** How long a small file takes to reach the disk where the servers keep theirs: a change of roles writes one on each. */
function fsyncMs(): Summary | null {
  const path = join(labDirectory(), 'fsync');
  const file = openSync(path, 'w', 0o600);
  const times = Array.from({ length: 20 }, () => {
    const startedAt = now();
    writeSync(file, 'x'.repeat(2000));
    fsyncSync(file);
    return (now() - startedAt) / 1000;
  });
  closeSync(file);
  rmSync(path);
  return summary(times);
}

function temporalVersion(): string | null {
  try {
    const printed = execFileSync(process.env.TEMPORAL_CLI_PATH || 'temporal', ['--version'], { encoding: 'utf8' });
    return printed.trim();
  } catch {
    return null;
  }
}

function packageVersion(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const root = main.slice(0, main.indexOf(name) + name.length);
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}
