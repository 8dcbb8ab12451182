import type { Address, Command, Connection } from './connection.js';
import { connect } from './connection.js';
import { RedisError, type Reply } from './replies.js';
import { newerShapes, type Shape, shapes } from './shapes.js';

export interface FillOptions {
  keys: number;
  /** Of each value. @default 64 */
  bytes?: number;
  /** Keys are called `PREFIX:0` and so on. @default "key" */
  prefix?: string;
  /** @default 0 */
  database?: number;
}

/** Fills a server with plain strings, a million in a second or so. */
export async function fill(server: Address, options: FillOptions): Promise<void> {
  const { keys, bytes = 64, prefix = 'key', database = 0 } = options;
  await withConnection(server, async connection => {
    await connection.send('SELECT', database);
    const [reply] = await connection.pipeline([['DEBUG', 'POPULATE', keys, prefix, bytes]]);
    if (reply instanceof RedisError) await fillByCommands(connection, { keys, bytes, prefix });
  });
}

/** What DEBUG POPULATE does, where it isn't allowed. */
async function fillByCommands(
  connection: Connection,
  { keys, bytes, prefix }: Required<Omit<FillOptions, 'database'>>,
) {
  const batch = 1000;
  for (let from = 0; from < keys; from += batch) {
    const sets = Array.from({ length: Math.min(batch, keys - from) }, (_, n): Command => {
      const value = Buffer.alloc(bytes);
      value.write(`value:${from + n}`);
      return ['SET', `${prefix}:${from + n}`, value];
    });
    await all(connection, sets);
  }
}

/** Keys of no character at all, of bytes that are no text, of 64 KB, and with hash tags of all kinds. */
export const oddNames: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from([0, 255, 13, 10, 32, 34, 123, 125]),
  Buffer.from('schlüssel\n'),
  Buffer.from([0]),
  Buffer.from('\r\n$3\r\nGET\r\n'),
  Buffer.from([0xc3, 0x28, 0xff]),
  Buffer.alloc(65_536, 'long'),
  ...['user:{42}:name', '{}empty', '{{nested}}', 'closed}{open', '{', '}'].map(name => Buffer.from(name)),
];
const databases = [0, 3, 15];
const dayMs = 86_400_000;

/** The shapes that every one of these servers can hold, newer ones included. */
export async function heldBy(...servers: readonly Address[]): Promise<Shape[]> {
  const all = [...shapes, ...newerShapes];
  const needed = all.flatMap(({ needs }) => needs ?? []);
  const lacking = await Promise.all(servers.map(server => unknownCommands(server, needed)));
  return all.filter(({ needs }) => needs === undefined || !lacking.flat().includes(needs));
}

async function unknownCommands(server: Address, names: readonly string[]): Promise<string[]> {
  const replies: Reply[] = [];
  await withConnection(server, async connection => {
    replies.push(...((await connection.send('COMMAND', 'INFO', ...names)) as Reply[]));
  });
  return names.filter((_, n) => replies[n] === null);
}

/** Every type and encoding, in several databases, each shape once without and once with a time to live, and odd key names. */
export async function fillEveryType(server: Address, { among = shapes }: { among?: readonly Shape[] } = {}) {
  await withConnection(server, async connection => {
    for (const database of databases) {
      await connection.send('SELECT', database);
      for (const [, commands] of everyKey(among)) await all(connection, commands);
    }
  });
}

/** The keys of one database with the commands that make each. */
export function everyKey(among: readonly Shape[] = shapes): Array<[key: Buffer, commands: Command[]]> {
  const expiresAt = Date.now() + dayMs;
  return [
    ...among.flatMap(({ name, make }): Array<[Buffer, Command[]]> => {
      const [lasting, expiring] = [Buffer.from(name), Buffer.from(`${name}:expiring`)];
      return [
        [lasting, make(lasting)],
        [expiring, [...make(expiring), ['PEXPIREAT', expiring, expiresAt]]],
      ];
    }),
    ...oddNames.map((name): [Buffer, Command[]] => [name, [['HSET', name, 'named', name]]]),
  ];
}

/** Sends the commands at once. @throws RedisError the first error among the replies */
export async function all(connection: Connection, commands: readonly Command[]): Promise<void> {
  const failed = (await connection.pipeline(commands)).find(reply => reply instanceof RedisError);
  if (failed) throw failed;
}

async function withConnection(server: Address, use: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await connect(server);
  try {
    await use(connection);
  } finally {
    connection.close();
  }
}
