import type { Server } from './connect.js';

/** The fields of INFO by name. https://redis.io/docs/latest/commands/info/ */
export type Info = ReadonlyMap<string, string>;

export async function readInfo(server: Server, section = 'default'): Promise<Info> {
  return parseInfo(String(await server.call('INFO', section)));
}

export function parseInfo(text: string): Info {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && line[0] !== '#') fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** The process's own id, which changes with every restart; empty where the text doesn't tell it. @param text of INFO server */
export const runIdIn = (text: unknown): string => /run_id:(\w+)/.exec(String(text))?.[1] ?? '';

export async function readRunId(server: Server): Promise<string> {
  return runIdIn(await server.call('INFO', 'server'));
}

export const infoNumber = (info: Info, field: string): number => Number(info.get(field) ?? 0);

/** Keys by database, from INFO keyspace. */
export function keysByDatabase(info: Info): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [field, value] of info) {
    const database = /^db(\d+)$/.exec(field);
    if (database) counts.set(Number(database[1]), Number(/keys=(\d+)/.exec(value)?.[1] ?? 0));
  }
  return counts;
}

export const totalKeys = (info: Info): number =>
  [...keysByDatabase(info).values()].reduce((sum, keys) => sum + keys, 0);

/** `[major, minor, patch]`; Valkey reports the Redis version that it is compatible with, and its own beside it. */
export function serverVersion(info: Info): {
  engine: 'redis' | 'valkey';
  version: [number, number, number];
  text: string;
} {
  const valkey = info.get('valkey_version');
  const text = valkey ?? info.get('redis_version') ?? '0.0.0';
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return {
    engine: valkey ? 'valkey' : 'redis',
    version: [major, minor, patch],
    text: `${valkey ? 'Valkey' : 'Redis'} ${text}`,
  };
}

/** The Redis version that a server's commands follow, as a number: 7.0.15 is 70015. */
export function commandLevel(info: Info): number {
  const [major = 0, minor = 0, patch = 0] = (info.get('redis_version') ?? '0').split('.').map(Number);
  return major * 10_000 + minor * 100 + patch;
}
