import { execFileSync } from 'node:child_process';

/** The server to start: `REDIS_MIGRATION_REDIS_SERVER`, else `redis-server` of the PATH. */
export const redisBinary = (): string => process.env.REDIS_MIGRATION_REDIS_SERVER || 'redis-server';

const versions = new Map<string, string>();

/** `7.0.15`; for Valkey the number of Valkey itself. */
export function redisVersion(binary = redisBinary()): string {
  const known = versions.get(binary);
  if (known) return known;
  const version = askVersion(binary);
  versions.set(binary, version);
  return version;
}

function askVersion(binary: string): string {
  let answer: string;
  try {
    answer = execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    throw new Error(
      `${binary} doesn't run: 'npm run setup' installs a redis-server, or set REDIS_MIGRATION_REDIS_SERVER`,
    );
  }
  const version = /v=(\d+\.\d+\.\d+)/.exec(answer)?.[1];
  if (!version) throw new Error(`${binary} --version answered no version: ${answer.trim()}`);
  return version;
}
