import { readConfig } from '../server/config.js';
import type { Server } from '../server/connect.js';

/** Settings by their present names, also from servers that know them by the older ones; unknown ones are missing. */
export async function readSettings(server: Server, ...names: string[]): Promise<ReadonlyMap<string, string>> {
  const older = names.map(olderName).filter(name => !names.includes(name));
  const values = await readConfig(server, ...names, ...older);
  const found = names.map(name => [name, values.get(name) ?? values.get(olderName(name))] as const);
  return new Map(found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

export const numberOf = (settings: ReadonlyMap<string, string>, name: string): number =>
  Number(settings.get(name) ?? 0);

/** Redis 5 turned slaves into replicas, 7.0 ziplists into listpacks. */
export const olderName = (name: string): string => name.replace('replica', 'slave').replace('listpack', 'ziplist');
