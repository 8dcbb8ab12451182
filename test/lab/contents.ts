import { type Address, type Command, type Connection, connect } from './connection.js';
import { RedisError, type Reply } from './replies.js';

export interface Content {
  type: string;
  /** Ordered where the type has no order of its own, so that equal values are equal here. Bytes as latin1 text. */
  value: unknown;
  /** Unix milliseconds; null: never. */
  expiresAt: number | null;
}

export interface ContentsOptions {
  /** Leaves out, in all databases or such, what servers of some versions keep of a stream and others don't. @default false */
  acrossVersions?: boolean | ((database: number) => boolean);
}

/**
 * Everything that a server holds, by `DATABASE/KEY`, read key by key with plain commands: slow, and independent of the
 * product's own comparison, which it checks.
 */
export async function contents(
  server: Address,
  { acrossVersions = false }: ContentsOptions = {},
): Promise<Map<string, Content>> {
  const connection = await connect(server);
  try {
    const found = new Map<string, Content>();
    for (const database of await databasesOf(connection)) {
      await connection.send('SELECT', database);
      for (const key of await keysOf(connection))
        found.set(
          `${database}/${key.toString('latin1')}`,
          await contentOf(
            connection,
            key,
            typeof acrossVersions === 'boolean' ? acrossVersions : acrossVersions(database),
          ),
        );
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

type Read = (connection: Connection, key: Buffer, acrossVersions: boolean) => Promise<unknown>;

const readers: Record<string, Read> = {
  string: (connection, key) => ask(connection, 'GET', key),
  list: (connection, key) => ask(connection, 'LRANGE', key, 0, -1),
  set: async (connection, key) => inOrder(await ask(connection, 'SMEMBERS', key), 1),
  zset: async (connection, key) => (await texts(connection, 'ZRANGE', key, 0, -1, 'WITHSCORES')).map(plainScore),
  hash: async (connection, key) => [
    inOrder(await ask(connection, 'HGETALL', key), 2),
    await fieldExpiries(connection, key),
  ],
  stream: async (connection, key, acrossVersions) =>
    without(
      await ask(connection, 'XINFO', 'STREAM', key, 'FULL', 'COUNT', 0),
      acrossVersions ? [...noContent, ...notEverywhere] : noContent,
    ),
};

async function contentOf(connection: Connection, key: Buffer, acrossVersions: boolean): Promise<Content> {
  const type = String(await connection.send('TYPE', key));
  const read = readers[type];
  if (!read) throw new Error(`no way to read a ${type}`);
  return { type, value: await read(connection, key, acrossVersions), expiresAt: await expiryOf(connection, key) };
}

/** Before 7.0 the exact time is what is left of it at a time that didn't move on meanwhile. */
async function expiryOf(connection: Connection, key: Buffer): Promise<number | null> {
  const [at] = await connection.pipeline([['PEXPIRETIME', key]]);
  if (!(at instanceof RedisError)) return Number(at) < 0 ? null : Number(at);
  for (;;) {
    const [before, left, after] = await connection.pipeline([['TIME'], ['PTTL', key], ['TIME']]);
    if (Number(left) < 0) return null;
    if (unixMs(before) === unixMs(after)) return unixMs(before) + Number(left);
  }
}

function unixMs(time: Reply | undefined): number {
  const [seconds, micros] = (time as Buffer[]).map(Number) as [number, number];
  return seconds * 1000 + Math.floor(micros / 1000);
}

/** Of each field in the order of their names, where the server knows such a thing and one of them has it. */
async function fieldExpiries(connection: Connection, key: Buffer): Promise<unknown> {
  const fields = ((await connection.send('HKEYS', key)) as Buffer[]).sort(Buffer.compare);
  const [times] = await connection.pipeline([['HPEXPIRETIME', key, 'FIELDS', fields.length, ...fields]]);
  const some = Array.isArray(times) && times.some(time => Number(time) >= 0);
  return some ? times.map(Number) : null;
}

async function ask(connection: Connection, ...command: Command): Promise<unknown> {
  return plain(await connection.send(...command));
}

const texts = async (connection: Connection, ...command: Command): Promise<string[]> =>
  (await ask(connection, ...command)) as string[];

function plain(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(plain);
  if (reply instanceof Error) throw reply;
  return Buffer.isBuffer(reply) ? reply.toString('latin1') : reply;
}

/** Members and scores in turn: versions write the same number with more digits or less. */
function plainScore(text: string, at: number): string {
  if (at % 2 === 0) return text;
  const score = Number(text.replace('inf', 'Infinity'));
  return Object.is(score, -0) ? '-0' : String(score);
}

function inOrder(value: unknown, together: 1 | 2): unknown {
  const all = value as unknown[];
  const items = Array.from({ length: all.length / together }, (_, n) => all.slice(n * together, (n + 1) * together));
  return items.map(item => JSON.stringify(item)).sort();
}

/** A stream's radix tree is built differently by a copy; when a consumer was last seen is no content either. */
const noContent = ['radix-tree-keys', 'radix-tree-nodes', 'seen-time', 'active-time'];
/** From 7.0 on. */
const notEverywhere = ['max-deleted-entry-id', 'entries-added', 'recorded-first-entry-id', 'entries-read', 'lag'];

function without(value: unknown, left: readonly string[]): unknown {
  if (!Array.isArray(value)) return value;
  const kept: unknown[] = [];
  for (let n = 0; n < value.length; n++)
    if (left.includes(value[n])) n++;
    else kept.push(without(value[n], left));
  return kept;
}
