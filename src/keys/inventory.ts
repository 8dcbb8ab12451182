import type { RespConnection } from '../resp/connection.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { type Info, keysByDatabase, parseInfo } from '../server/info.js';

/** What one side says of itself. */
export interface Inventory {
  runId: string;
  /** Keys by database, those included that have expired but are not yet removed. */
  keys: ReadonlyMap<number, number>;
}

export async function takeInventory(connection: RespConnection): Promise<Inventory> {
  const info = await infoOf(connection);
  return { runId: info.get('run_id') ?? '', keys: keysByDatabase(info) };
}

/** Every database that has keys on either side, in order. */
export const databasesOf = (...sides: Inventory[]): number[] =>
  [...new Set(sides.flatMap(side => [...side.keys.keys()]))].sort((one, other) => one - other);

export const totalOf = ({ keys }: Inventory): number => [...keys.values()].reduce((sum, count) => sum + count, 0);

export async function infoOf(connection: RespConnection): Promise<Info> {
  const text = await connection.command('INFO', 'everything').catch((error: unknown) => {
    throw error instanceof RespError ? refused(connection.endpoint, 'INFO', error) : error;
  });
  return parseInfo(String(text));
}
