import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import { MigrationError } from '../contract/errors.js';
import { addressOf, type Endpoint, type TlsMaterial } from './endpoint.js';
import { connectionError, replyError } from './failures.js';

/** A connection to one server process: it never reconnects, resends or queues by itself, so what it saw stays true. */
export interface Server {
  readonly endpoint: Endpoint;
  /** Sends one command. Error replies become `MigrationError` when they are about rights, else stay `ReplyError`. */
  call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  callBuffer(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  /** One MULTI/EXEC; resolves to the replies (an `Error` where a command failed). */
  transaction(commands: (string | number)[][]): Promise<unknown[]>;
  /** Sends the commands in one write; resolves to the replies (an `Error` where a command failed). */
  pipeline(commands: (string | number | Buffer)[][]): Promise<unknown[]>;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  readonly isOpen: boolean;
  close(): void;
}

export interface ConnectOptions {
  /** CLIENT SETNAME. @default "redis-migration" */
  name?: string;
  /** For connecting and for each reply, in ms. @default 5000 */
  timeoutMs?: number;
}

/**
 * Connects, logs in and names the connection.
 * @throws MigrationError Unreachable, TlsFailed, NotRedis, AuthenticationFailed
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions = {}): Promise<Server> {
  const { name = 'redis-migration', timeoutMs = 5000 } = options;
  const redis = new Redis(strictOptions(endpoint, timeoutMs));
  const trouble: { last?: Error } = {};
  redis.on('error', error => {
    trouble.last = error;
  });
  try {
    await redis.connect();
    await logIn(redis, endpoint);
    await redis.call('CLIENT', 'SETNAME', name);
  } catch (error) {
    redis.disconnect();
    throw connectionError(endpoint, trouble.last ?? error, error);
  }
  return wrap(redis, endpoint);
}

function strictOptions(endpoint: Endpoint, timeoutMs: number) {
  const { host, port, tls } = endpoint;
  return {
    host,
    port,
    protocol: 2 as const,
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    ...(tls ? { tls: { ...tls, ...serverName(tls, host), rejectUnauthorized: true } } : {}),
  };
}

/** An IP address may not be sent as a server name (RFC 6066); Node then checks it against the certificate's addresses. */
function serverName({ serverName: name }: TlsMaterial, host: string) {
  if (name !== undefined) return { servername: name };
  return isIP(host) ? {} : { servername: host };
}

/** Without a password CLIENT SETNAME, which follows, meets NOAUTH. A PING would meet MISCONF where the last save failed. */
async function logIn(redis: Redis, { username, password }: Endpoint): Promise<void> {
  if (password === undefined) return;
  await (username === undefined ? redis.call('AUTH', password) : redis.call('AUTH', username, password));
}

function wrap(redis: Redis, endpoint: Endpoint): Server {
  let open = true;
  const closed = new Promise<void>(resolve => {
    redis.once('end', () => {
      open = false;
      resolve();
    });
  });
  const guarded = async <T>(command: string, run: () => Promise<T>): Promise<T> => {
    if (!open)
      throw new MigrationError(
        'Unreachable',
        `The connection to the ${endpoint.side} ${addressOf(endpoint)} is closed.`,
      );
    try {
      return await run();
    } catch (error) {
      throw replyError(endpoint, command, error);
    }
  };
  return {
    endpoint,
    closed,
    get isOpen() {
      return open;
    },
    call: (command, ...args) => guarded(command, () => redis.call(command, ...args)),
    callBuffer: (command, ...args) => guarded(command, () => redis.callBuffer(command, ...args)),
    transaction: commands => guarded('EXEC', () => results(redis.multi(commands.map(lowerFirst)))),
    pipeline: commands => guarded('pipeline', () => results(redis.pipeline(commands.map(asCall)))),
    close: () => redis.disconnect(),
  };
}

const lowerFirst = ([command, ...args]: (string | number)[]) => ['call', command, ...args];
const asCall = ([command, ...args]: (string | number | Buffer)[]) => ['call', command, ...args];

async function results(chain: { exec(): Promise<[Error | null, unknown][] | null> }): Promise<unknown[]> {
  const replies = await chain.exec();
  if (replies === null) throw new Error('EXECABORT the transaction was discarded');
  return replies.map(([error, value]) => error ?? value);
}
