import { asText, ConnectionLost, contents, RedisError, type RedisServer } from '../../lab/index.js';

/** Everything of a server that a migration must leave as it was. */
export interface Snapshot {
  /** `master`, or `slave of HOST:PORT`. */
  role: string;
  /** Without what only repeats the role. */
  config: Record<string, string>;
  acl: string[];
  keys: string[];
}

export async function snapshot(server: RedisServer): Promise<Snapshot> {
  const connection = await server.connect();
  try {
    const config = (await connection.send('CONFIG', 'GET', '*')) as Buffer[];
    const acl = (await connection.send('ACL', 'LIST')) as Buffer[];
    const { replicaof: _, slaveof: __, ...settings } = pairs(config.map(asText));
    return {
      role: await roleOf(server),
      config: settings,
      acl: acl.map(asText).sort(),
      keys: [...(await contents(server)).keys()],
    };
  } finally {
    connection.close();
  }
}

export const snapshots = async (...servers: RedisServer[]): Promise<Snapshot[]> => Promise.all(servers.map(snapshot));

/** The keys of the product itself that a server holds. */
export async function ownKeys(server: RedisServer): Promise<string[]> {
  return [...(await contents(server)).keys()].filter(key => key.includes('/__redis-migration:'));
}

/** A write is answered soon: neither paused nor refused as on a replica. */
export async function takesWrites(server: RedisServer): Promise<boolean> {
  const connection = await server.connect();
  const late = setTimeout(() => connection.close(), 1000);
  try {
    await connection.send('SET', 'probe-of-the-test', '1');
    await connection.send('DEL', 'probe-of-the-test');
    return true;
  } catch (error) {
    if (error instanceof ConnectionLost || (error instanceof RedisError && error.code === 'READONLY')) return false;
    throw error;
  } finally {
    clearTimeout(late);
    connection.close();
  }
}

export async function roleOf(server: RedisServer): Promise<string> {
  const { role = '', master_host: host, master_port: port } = await server.info('replication');
  return role === 'slave' ? `slave of ${host}:${port}` : role;
}

function pairs(words: string[]): Record<string, string> {
  const entries: Array<[string, string]> = [];
  for (let n = 0; n < words.length; n += 2) entries.push([words[n] ?? '', words[n + 1] ?? '']);
  return Object.fromEntries(entries);
}
