import { connect } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel, type Info, infoNumber, readInfo, totalKeys } from '../../server/info.js';

/** In all databases. @throws MigrationError */
export const keysOf = (source: Endpoint): Promise<number> => askInfo(source, 'keyspace', totalKeys);

/** Its version, as 602 for 6.2, and its replication offset. @throws MigrationError */
export const placeOf = (source: Endpoint): Promise<{ level: number; offset: number }> =>
  askInfo(source, 'everything', info => ({
    level: Math.floor(commandLevel(info) / 100),
    offset: infoNumber(info, 'master_repl_offset'),
  }));

/** Before, expiries are relative: they count from when they are run, which isn't known of what was run before now. */
export const absoluteSince = 700;

async function askInfo<Result>(source: Endpoint, section: string, read: (info: Info) => Result): Promise<Result> {
  const server = await connect(source);
  try {
    return read(await readInfo(server, section));
  } finally {
    server.close();
  }
}
