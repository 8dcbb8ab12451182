import { RespConnection } from '../../src/resp/connection.js';
import { type Arg, encodeCommands } from '../../src/resp/encode.js';
import type { Expected } from '../../src/resp/expected.js';
import { type Reply, RespError } from '../../src/resp/reply.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { Asker, Pair } from '../../src/values/pair.js';
import { type Content, contents, type RedisOptions, type RedisServer, startRedis } from '../lab/index.js';

export type Command = readonly (string | number | Buffer)[];

/** Two servers that know nothing of each other, and a connection to each. */
export interface TwoServers {
  source: RespConnection;
  target: RespConnection;
  /** All that one side holds, read in another way than the product does. */
  contents(side: 'source' | 'target'): Promise<Map<string, Content>>;
  /** Runs commands on one side; an error reply is thrown. */
  run(side: 'source' | 'target', commands: readonly Command[]): Promise<void>;
  /** Another connection to the source, as an application has. */
  application(): Promise<(commands: readonly Command[]) => Promise<void>>;
  /** Empties both. */
  clear(): Promise<void>;
  pair(key: string | Buffer, changes?: Partial<Pair>): Pair;
  stop(): Promise<void>;
}

export async function startTwo(options: RedisOptions = {}): Promise<TwoServers> {
  const servers = await Promise.all([startRedis(options), startRedis(options)] as const);
  const [source, target] = (await Promise.all(
    servers.map((server, index) => RespConnection.open(endpointOf(server, index), { timeoutMs: 60_000 })),
  )) as [RespConnection, RespConnection];
  const sides = { source, target };
  const connections: { close(): void }[] = [source, target];
  return {
    ...sides,
    contents: side => contents(servers[side === 'source' ? 0 : 1]),
    run: async (side, commands) => {
      const replies = await sides[side].raw(encodeCommands(commands.map(command => [...command])), commands.length);
      for (const reply of replies) if (reply instanceof RespError) throw reply;
    },
    application: async () => {
      const connection = await servers[0].connect();
      connections.push(connection);
      return async commands => {
        for (const reply of await connection.pipeline(commands)) if (reply instanceof Error) throw reply;
      };
    },
    clear: async () => {
      await Promise.all([source.command('FLUSHALL'), target.command('FLUSHALL')]);
    },
    pair: (key, changes) => ({
      source,
      target,
      key: Buffer.from(key),
      toleranceMs: 1000,
      fieldExpiry: false,
      ...changes,
    }),
    stop: async () => {
      for (const connection of connections) connection.close();
      await Promise.all(servers.map(server => server.discard()));
    },
  };
}

export const endpointOf = ({ host, port, password }: RedisServer, index = 0): Endpoint => {
  return { side: index === 0 ? 'source' : 'target', host, port, ...(password === undefined ? {} : { password }) };
};

const sending = ['command', 'pipeline', 'raw', 'rawBytes', 'send'];

/** The same connection, with something that happens before each of its questions. */
export function stepwise(connection: RespConnection, before: () => unknown): RespConnection {
  return new Proxy(connection, {
    get(real, name) {
      const member = Reflect.get(real, name, real);
      if (typeof member !== 'function') return member;
      if (!sending.includes(String(name))) return member.bind(real);
      return async (...args: unknown[]) => {
        await before();
        return member.apply(real, args);
      };
    },
  });
}

/** A connection that remembers how much it was given at once, and can answer some commands itself. */
export class Watched implements Asker {
  biggestReply = 0;
  commands = 0;

  constructor(
    private readonly connection: RespConnection,
    private readonly answers: Record<string, (args: Arg[]) => Reply> = {},
  ) {}

  async command(...args: Arg[]): Promise<Reply> {
    const own = this.answers[String(args[0])];
    return this.#note(own ? own(args) : await this.connection.command(...args));
  }

  async pipeline(commands: readonly (readonly Arg[])[]): Promise<Reply[]> {
    return this.#note(await this.connection.pipeline(commands)) as Reply[];
  }

  async receive<Result>(args: readonly Arg[], expected: Expected<Result>): Promise<Result> {
    const result = await this.connection.receive(args, expected);
    this.commands++;
    if (typeof result === 'object' && result !== null && 'bytes' in result)
      this.biggestReply = Math.max(this.biggestReply, Number(result.bytes));
    return result;
  }

  #note(reply: Reply): Reply {
    this.commands++;
    this.biggestReply = Math.max(this.biggestReply, bytesOf(reply));
    return reply;
  }
}

const bytesOf = (reply: Reply): number =>
  Buffer.isBuffer(reply)
    ? reply.length
    : Array.isArray(reply)
      ? reply.reduce<number>((sum, item) => sum + bytesOf(item), 0)
      : 8;
