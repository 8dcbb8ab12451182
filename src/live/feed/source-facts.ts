import { infoOf } from '../../keys/info-of.js';
import { RespConnection } from '../../resp/connection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import { levelOf, type TargetServer } from '../stream/index.js';

/** What the source can be told. */
export interface SourceFacts {
  server: TargetServer;
  abilities: Abilities;
}

/** @throws MigrationError as `RespConnection.open`; PermissionMissing; RespError */
export async function readSourceFacts(source: Endpoint): Promise<SourceFacts> {
  const connection = await RespConnection.open(source, { name: 'redis-migration-feed' });
  try {
    const [list, info] = await Promise.all([connection.command('COMMAND'), infoOf(connection)]);
    const rows = Array.isArray(list) ? list : [];
    const names = rows.map(row => String(Array.isArray(row) ? row[0] : row).toUpperCase());
    const level = levelOf(info.get('redis_version') ?? '0');
    return { server: { commands: new Set(names), level }, abilities: await abilities(connection) };
  } finally {
    connection.close();
  }
}
