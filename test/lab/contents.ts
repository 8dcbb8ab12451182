import { type Address, type Command, type Connection, connect } from './connection.js';
import type { Reply } from './replies.js';

export interface Content {
  type: string;
  /** Ordered where the type has no order of its own, so that equal values are equal here. Bytes as latin1 text. */
  value: unknown;
  /** Unix milliseconds; null: never. */
  expiresAt: number | null;
}

/**
 * Everything that a server holds, by `DATABASE/KEY`, read key by key with plain commands: slow, and independent of the
 * product's own comparison, which it checks.
 */
export async function contents(server: Address): Promise<Map<string, Content>> {
  const connection = await connect(server);
  try {
    const found = new Map<string, Content>();
    for (const database of await databasesOf(connection)) {
      await connection.send('SELECT', database);
      for (const key of await keysOf(connection))
        found.set(`${database}/${key.toString('latin1')}`, await contentOf(connection, key));
    }
    return found;
  } finally {
    connection.close();
  }
}

async function databasesOf(connection: Connection): Promise<number[]> {
  const info = String(await connection.send('INFO', 'keyspace'));
  return [...info.matchAll(/^db(\d+):/gm)].map(match => Number(match[1]));
}

async function keysOf(connection: Connection): Promise<Buffer[]> {
  return ((await connection.send('KEYS', '*')) as Buffer[]).sort(Buffer.compare);
}

/** How each type is read, and whether its items have no order. Pairs stay together. */
const readers: Record<string, { commands(key: Buffer): Command[]; together?: 1 | 2 }> = {
  string: { commands: key => [['GET', key]] },
  list: { commands: key => [['LRANGE', key, 0, -1]] },
  set: { commands: key => [['SMEMBERS', key]], together: 1 },
  zset: { commands: key => [['ZRANGE', key, 0, -1, 'WITHSCORES']] },
  hash: { commands: key => [['HGETALL', key]], together: 2 },
  stream: { commands: key => [['XINFO', 'STREAM', key, 'FULL', 'COUNT', 0]] },
};

async function contentOf(connection: Connection, key: Buffer): Promise<Content> {
  const type = String(await connection.send('TYPE', key));
  const reader = readers[type];
  if (!reader) throw new Error(`no way to read a ${type}`);
  const [expiresAt, ...replies] = (await connection.pipeline([['PEXPIRETIME', key], ...reader.commands(key)])).map(
    plain,
  );
  const value = type === 'stream' ? withoutEncoding(replies[0]) : inOrder(replies[0], reader.together);
  return { type, value, expiresAt: Number(expiresAt) < 0 ? null : Number(expiresAt) };
}

function plain(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(plain);
  if (reply instanceof Error) throw reply;
  return Buffer.isBuffer(reply) ? reply.toString('latin1') : reply;
}

function inOrder(value: unknown, together?: 1 | 2): unknown {
  if (!together || !Array.isArray(value)) return value;
  const items = Array.from({ length: value.length / together }, (_, n) =>
    value.slice(n * together, (n + 1) * together),
  );
  return items.map(item => JSON.stringify(item)).sort();
}

/** A stream's radix tree is built differently by a copy; when a consumer was last seen is no content either. */
function withoutEncoding(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const left = ['radix-tree-keys', 'radix-tree-nodes', 'seen-time', 'active-time'];
  const kept: unknown[] = [];
  for (let n = 0; n < value.length; n++)
    if (left.includes(value[n] as string)) n++;
    else kept.push(withoutEncoding(value[n]));
  return kept;
}
