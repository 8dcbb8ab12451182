import { setTimeout as sleep } from 'node:timers/promises';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { RespConnection } from '../../src/resp/connection.js';
import { appendCommand, encodeCommand } from '../../src/resp/encode.js';
import type { RedisServer } from '../../test/lab/redis.js';

export const blockCommands = 1000;
const blocks = 100;
const inFlight = 8;
const mostReplies = 1 << 20;

export interface LoadOptions {
  /** Keys `key:0` and so on are written to. */
  keys: number;
  /** Of each value. */
  bytes: number;
}

/** Blocks of small SETs to keys all over the place, alone or each block as a transaction. */
export function setBlocks({ keys, bytes }: LoadOptions, framed: 'plain' | 'transactions' = 'plain'): Buffer[] {
  const value = Buffer.alloc(bytes, 'w');
  return Array.from({ length: blocks }, (_, block) => {
    const built = new ByteBuilder();
    if (framed === 'transactions') built.append(encodeCommand(['MULTI']));
    for (let command = 0; command < blockCommands; command++) {
      const key = (Math.imul(block * blockCommands + command, 2654435761) >>> 0) % keys;
      appendCommand(built, ['SET', `key:${key}`, value]);
    }
    if (framed === 'transactions') built.append(encodeCommand(['EXEC']));
    return Buffer.from(built.view());
  });
}

/** Writes so many commands as fast as the server takes them. @returns ms */
export async function flood(
  server: RedisServer,
  built: readonly Buffer[],
  commands: number,
  framed: 'plain' | 'transactions' = 'plain',
): Promise<number> {
  const connection = await RespConnection.open({ side: 'source', host: server.host, port: server.port });
  const replies = framed === 'transactions' ? blockCommands + 2 : blockCommands;
  const startedAt = performance.now();
  let next = 0;
  const lane = async () => {
    const into = new ByteBuilder();
    while (next < commands / blockCommands) {
      const block = built[next++ % built.length] as Buffer;
      const { errors } = await connection.rawBytes(block, replies, into.clear(), mostReplies);
      if (errors > 0) throw new Error('a command of the load failed');
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  connection.close();
  return performance.now() - startedAt;
}

/** Writes at a rate until it is told to stop. */
export class Load {
  #stopped = false;
  /** Commands that were sent. */
  sent = 0;
  #done: Promise<void>;

  private constructor(
    private readonly connection: RespConnection,
    private readonly commands: readonly Buffer[],
    private readonly perSecond: number,
  ) {
    this.#done = this.#run();
  }

  static async start(server: RedisServer, options: LoadOptions & { perSecond: number }): Promise<Load> {
    const connection = await RespConnection.open({ side: 'source', host: server.host, port: server.port });
    const value = Buffer.alloc(options.bytes, 'w');
    const commands = Array.from({ length: blocks * blockCommands }, (_, n) =>
      encodeCommand(['SET', `key:${(Math.imul(n, 2654435761) >>> 0) % options.keys}`, value]),
    );
    return new Load(connection, commands, options.perSecond);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.connection.close();
  }

  async #run(): Promise<void> {
    const startedAt = performance.now();
    const waited: Promise<unknown>[] = [];
    while (!this.#stopped) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * this.perSecond) - this.sent;
      if (due > 0) waited.push(this.#send(due));
      if (waited.length > inFlight) await waited.shift();
      await sleep(1);
    }
    await Promise.all(waited);
  }

  #send(due: number): Promise<unknown> {
    const picked = Array.from(
      { length: due },
      (_, n) => this.commands[(this.sent + n) % this.commands.length] as Buffer,
    );
    this.sent += due;
    return this.connection.rawBytes(Buffer.concat(picked), due, new ByteBuilder(), mostReplies);
  }
}
