import { connect } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel, type Info, infoNumber, readInfo, totalKeys } from '../../server/info.js';

/** In all databases. @throws MigrationError */
export const keysOf = (source: Endpoint): Promise<number> => askInfo(source, 'keyspace', totalKeys);

/** Relative expiries, of sources before 7.0, count from when they are run: of what was run before now that isn't known. */
export const lateUntil = (source: Endpoint): Promise<number> =>
  askInfo(source, 'everything', info =>
    commandLevel(info) < absoluteSince ? infoNumber(info, 'master_repl_offset') : 0,
  );

const absoluteSince = 70_000;

async function askInfo<Result>(source: Endpoint, section: string, read: (info: Info) => Result): Promise<Result> {
  const server = await connect(source);
  try {
    return read(await readInfo(server, section));
  } finally {
    server.close();
  }
}
