import type { Endpoint } from '../server/endpoint.js';
import { type ConnectionOptions, RespConnection } from './connection.js';

type Opened<Wanted> = { [Index in keyof Wanted]: RespConnection };

/** Opens connections side by side; when one fails, none is left open. @throws MigrationError as `RespConnection.open` */
export async function openAll<const Wanted extends readonly (readonly [Endpoint, ConnectionOptions])[]>(
  wanted: Wanted,
): Promise<Opened<Wanted>> {
  const results = await Promise.allSettled(wanted.map(([endpoint, options]) => RespConnection.open(endpoint, options)));
  const failed = results.find(result => result.status === 'rejected');
  const opened = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return opened as Opened<Wanted>;
  for (const connection of opened) connection.close();
  throw failed.reason;
}
