import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { RedisError, type Reply, ReplyReader } from './replies.js';

export interface Address {
  host: string;
  port: number;
  username?: string | undefined;
  password?: string | undefined;
  tls?: ConnectionOptions | undefined;
}

export type Command = readonly (string | number | Buffer)[];

/** The connection ended: whether the command was carried out can't be known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/**
 * A connection that keeps nothing from its user: it never reconnects, resends or queues. The laboratory doesn't use the
 * product's own client, so that a fault in that one can't hide itself.
 */
export class Connection {
  readonly #waiting: Array<{ resolve(reply: Reply): void; reject(error: Error): void }> = [];
  readonly #reader = new ReplyReader();
  #lost: ConnectionLost | undefined;

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', chunk => this.#read(chunk));
    socket.on('error', error => this.#lose(error.message));
    socket.on('close', () => this.#lose('the connection was closed'));
    socket.on('end', () => this.#lose('the server closed the connection'));
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** Rejects with RedisError (no effect) or ConnectionLost (effect unknown). */
  async send(...command: Command): Promise<Reply> {
    const [reply] = await this.pipeline([command]);
    if (reply instanceof RedisError) throw reply;
    return reply as Reply;
  }

  /** Error replies are among the replies. */
  pipeline(commands: readonly Command[]): Promise<Reply[]> {
    if (this.#lost) return Promise.reject(this.#lost);
    const replies = commands.map(
      () => new Promise<Reply>((resolve, reject) => this.#waiting.push({ resolve, reject })),
    );
    this.socket.write(encode(commands));
    return Promise.all(replies);
  }

  close(): void {
    this.#lose('closed by this side');
  }

  #read(chunk: Buffer): void {
    try {
      for (const reply of this.#reader.push(chunk)) this.#waiting.shift()?.resolve(reply);
    } catch (error) {
      this.#lose((error as Error).message);
    }
  }

  #lose(why: string): void {
    if (this.#lost) return;
    this.#lost = new ConnectionLost(why);
    this.socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}

/** Connects and logs in, all within `timeoutMs`. */
export async function connect(address: Address, { timeoutMs = 5000 } = {}): Promise<Connection> {
  const socket = await open(address, timeoutMs);
  const connection = new Connection(socket);
  if (address.password === undefined) return connection;
  const timer = setTimeout(() => connection.close(), timeoutMs);
  try {
    await connection.send('AUTH', ...(address.username ? [address.username] : []), address.password);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function open({ host, port, tls }: Address, timeoutMs: number): Promise<Socket> {
  const socket = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port });
  return new Promise((resolve, reject) => {
    const settle = (why?: string) => {
      clearTimeout(timer);
      socket.off('error', failed).off('close', closed).off(ready, opened);
      if (why === undefined) return resolve(socket);
      socket.on('error', () => {}).destroy();
      reject(new ConnectionLost(`${host}:${port}: ${why}`));
    };
    const timer = setTimeout(() => settle(`no connection within ${timeoutMs} ms`), timeoutMs);
    const ready = tls ? 'secureConnect' : 'connect';
    const failed = (error: Error) => settle(error.message);
    const closed = () => settle('closed while connecting');
    const opened = () => settle();
    socket.once('error', failed).once('close', closed).once(ready, opened);
  });
}

function encode(commands: readonly Command[]): Buffer {
  const parts: Buffer[] = [];
  for (const command of commands) {
    parts.push(Buffer.from(`*${command.length}\r\n`));
    for (const word of command) {
      const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
  }
  return Buffer.concat(parts);
}
