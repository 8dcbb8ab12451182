import { execFileSync } from 'node:child_process';

/** The versions that the tests are about. */
export const allVersions = ['6.0', '6.2', '7.0', '8.0', 'valkey-8.0', 'valkey-8.1'] as const;
export type ServerVersion = (typeof allVersions)[number];

/** Those that are on this machine: `npm run setup -- --servers` gets what it can. */
export const serverVersions = (): ServerVersion[] => allVersions.filter(version => binaries()[version] !== undefined);

/** The server to start. @default `REDIS_MIGRATION_REDIS_SERVER`, else `redis-server` of the PATH */
export function redisBinary(version?: ServerVersion): string {
  if (version === undefined) return process.env.REDIS_MIGRATION_REDIS_SERVER || 'redis-server';
  const binary = binaries()[version];
  if (binary === undefined) throw new Error(`there is no server ${version} here: 'npm run setup -- --servers'`);
  return binary;
}

const binaries = (): Record<string, string> => JSON.parse(process.env.REDIS_MIGRATION_SERVERS || '{}');

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
