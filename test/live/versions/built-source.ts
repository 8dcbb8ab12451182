import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Reply, ReplyReader } from '../../lab/replies.js';

export interface BuiltSourceOptions {
  /** As a real server of that version made it. */
  rdb: Buffer;
  version: string;
  /** Diskless: the snapshot ends with a mark, and the stream begins when it is acknowledged. */
  diskless: boolean;
}

/** What is fetched of a key. */
export interface BuiltValue {
  /** As DUMP gives it. */
  payload: Buffer;
  type: string;
  /** Unix ms; null: never. */
  expireAt: number | null;
}

/** A command of a built stream. */
export type Built = readonly (string | Buffer)[];

const replicationId = '4b1d'.repeat(10);
const startOffset = 1000;
const ok = '+OK\r\n';
/** Before this version servers don't tell when a key expires. */
const absoluteSince = 7;

/**
 * Not a server: it speaks the protocol of one to who replicates it, and sends what it is told to after a snapshot. What is
 * fetched from it is what it was given for that.
 */
export class BuiltSource {
  readonly host = '127.0.0.1';
  port = 0;
  /** Names of commands that were answered. */
  readonly heard: string[] = [];
  /** By `DATABASE/KEY`. */
  readonly values = new Map<string, BuiltValue>();
  #stream: Buffer = Buffer.alloc(0);
  readonly #replicas = new Set<Socket>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer(socket => this.#join(socket));

  private constructor(private readonly options: BuiltSourceOptions) {}

  static async open(options: BuiltSourceOptions): Promise<BuiltSource> {
    const source = new BuiltSource(options);
    source.#server.listen(0, source.host);
    await once(source.#server, 'listening');
    source.port = (source.#server.address() as AddressInfo).port;
    return source;
  }

  /** Of the last byte of the stream. */
  get offset(): number {
    return startOffset + this.#stream.length;
  }

  say(commands: readonly Built[]): void {
    const bytes = Buffer.concat(commands.map(encoded));
    this.#stream = Buffer.concat([this.#stream, bytes]);
    for (const replica of this.#replicas) replica.write(bytes);
  }

  /** Ends all connections; new ones are taken. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.hangUp();
    this.#server.close();
  }

  #join(socket: Socket): void {
    const client = new BuiltClient(socket, (words, db) => this.#answer(words, db, socket));
    this.#sockets.add(socket);
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#replicas.delete(socket);
    });
    socket.on('data', chunk => client.take(chunk));
  }

  /** @returns nothing where no reply is due */
  #answer(words: Buffer[], db: number, socket: Socket): string | Buffer | undefined {
    const [name, ...args] = words.map(String);
    const key = `${db}/${words.at(-1)?.toString('latin1')}`;
    const value = this.values.get(key);
    this.heard.push(String(name).toUpperCase());
    switch (name?.toUpperCase()) {
      case 'PING':
        return '+PONG\r\n';
      case 'AUTH':
      case 'CLIENT':
        return ok;
      case 'REPLCONF':
        return args[0]?.toUpperCase() === 'ACK' ? this.#acknowledged(socket) : ok;
      case 'ROLE':
        return `*3\r\n$6\r\nmaster\r\n:${this.offset}\r\n*0\r\n`;
      case 'PSYNC':
        return this.#synchronize(socket, args as [string, string]);
      case 'INFO':
        return bulk(this.#info());
      case 'TIME':
        return Buffer.concat([Buffer.from('*2\r\n'), ...timeNow().map(bulk)]);
      case 'MEMORY':
        return value ? ':100\r\n' : '$-1\r\n';
      case 'TYPE':
        return `+${value?.type ?? 'none'}\r\n`;
      case 'PTTL':
        return `:${timeOf(value, Date.now())}\r\n`;
      case 'PEXPIRETIME':
        return absoluteSince <= Number.parseInt(this.options.version, 10) ? `:${timeOf(value, 0)}\r\n` : unknown(name);
      case 'DUMP':
        return value ? bulk(value.payload) : '$-1\r\n';
      default:
        return unknown(name);
    }
  }

  #acknowledged(socket: Socket): undefined {
    if (this.#replicas.has(socket) || !this.options.diskless) return;
    this.#replicas.add(socket);
    socket.write(this.#stream);
  }

  #synchronize(socket: Socket, [id, from]: [string, string]): undefined {
    const { rdb, diskless } = this.options;
    if (id === replicationId) {
      socket.write('+CONTINUE\r\n');
      socket.write(this.#stream.subarray(Number(from) - 1 - startOffset));
      this.#replicas.add(socket);
      return;
    }
    const mark = randomBytes(20).toString('hex');
    socket.write(
      `+FULLRESYNC ${replicationId} ${startOffset}\r\n\n\n${diskless ? `$EOF:${mark}` : `$${rdb.length}`}\r\n`,
    );
    socket.write(rdb);
    if (diskless) socket.write(mark);
    else {
      this.#replicas.add(socket);
      socket.write(this.#stream);
    }
  }

  #info = (): string =>
    [
      `redis_version:${this.options.version}`,
      'role:master',
      `master_replid:${replicationId}`,
      `master_repl_offset:${this.offset}`,
      'loading:0',
    ].join('\r\n');
}

/** One connection: what it has selected, and its transaction. */
class BuiltClient {
  #db = 0;
  #queued: Buffer[][] | undefined;
  readonly #reader = new ReplyReader();

  constructor(
    private readonly socket: Socket,
    private readonly answer: (words: Buffer[], db: number) => string | Buffer | undefined,
  ) {}

  take(chunk: Buffer): void {
    for (const command of this.#reader.push(chunk)) {
      const reply = this.#reply(command as Reply[] as Buffer[]);
      if (reply !== undefined) this.socket.write(reply);
    }
  }

  #reply(words: Buffer[]): string | Buffer | undefined {
    const name = String(words[0]).toUpperCase();
    if (name === 'EXEC') return this.#execute();
    if (this.#queued) {
      this.#queued.push(words);
      return '+QUEUED\r\n';
    }
    if (name === 'MULTI') this.#queued = [];
    else if (name === 'SELECT') this.#db = Number(words[1]);
    else return this.answer(words, this.#db);
    return ok;
  }

  #execute(): Buffer {
    const queued = this.#queued ?? [];
    this.#queued = undefined;
    const replies = queued.map(words => Buffer.from(this.answer(words, this.#db) ?? ''));
    return Buffer.concat([Buffer.from(`*${replies.length}\r\n`), ...replies]);
  }
}

const bulk = (value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`$${Buffer.byteLength(value)}\r\n`), Buffer.from(value), Buffer.from('\r\n')]);

const encoded = (words: Built): Buffer => Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...words.map(bulk)]);

const timeNow = (): string[] => [String(Math.floor(Date.now() / 1000)), String((Date.now() % 1000) * 1000)];

const unknown = (name = ''): string => `-ERR unknown command '${name}'\r\n`;

const timeOf = (value: BuiltValue | undefined, from: number): number => {
  if (!value) return -2;
  return value.expireAt === null ? -1 : value.expireAt - from;
};
