import { RespConnection } from '../../resp/connection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import { serverOf } from '../apply/target.js';
import type { TargetServer } from '../stream/index.js';

/** What the source can be told. */
export interface SourceFacts {
  server: TargetServer;
  abilities: Abilities;
}

/** @throws MigrationError as `RespConnection.open`; PermissionMissing */
export async function readSourceFacts(source: Endpoint): Promise<SourceFacts> {
  const connection = await RespConnection.open(source, { name: 'redis-migration-feed' });
  try {
    const [server, able] = await Promise.all([serverOf(connection), abilities(connection)]);
    return { server, abilities: able };
  } finally {
    connection.close();
  }
}
