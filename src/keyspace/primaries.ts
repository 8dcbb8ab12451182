import type { RespConnection } from '../resp/connection.js';
import { ClusterKeyspace } from './cluster-keyspace.js';
import type { Keyspace } from './open.js';

/** A connection to each server that has keys; they belong to the keyspace. @throws MigrationError as `RespConnection.open` */
export async function primariesOf(keyspace: Keyspace): Promise<RespConnection[]> {
  return keyspace instanceof ClusterKeyspace ? keyspace.router.primaries() : [keyspace];
}
