import type { RedisServer } from '../../lab/index.js';

/** Takes a server out: a replica of nobody, which refuses writes. @returns where it stands */
export async function park(server: RedisServer): Promise<{ replicationId: string; offset: number }> {
  const connection = await server.connect();
  try {
    const [, , , replies] = await connection.pipeline([
      ['MULTI'],
      ['INFO', 'replication'],
      ['REPLICAOF', '127.0.0.1', '1'],
      ['EXEC'],
    ]);
    const text = String((replies as unknown[])[0]);
    const field = (name: string) => new RegExp(`^${name}:(\\w+)`, 'm').exec(text)?.[1] ?? '';
    return { replicationId: field('master_replid'), offset: Number(field('master_repl_offset')) };
  } finally {
    connection.close();
  }
}

export const pointTo = (server: RedisServer, port: number): Promise<string> =>
  server.cli('REPLICAOF', '127.0.0.1', String(port));
