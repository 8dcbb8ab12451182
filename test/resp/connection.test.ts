import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { MigrationError } from '../../src/contract/errors.js';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { type ConnectionOptions, RespConnection } from '../../src/resp/connection.js';
import { encodeCommands } from '../../src/resp/encode.js';
import { RespError } from '../../src/resp/reply.js';
import type { Endpoint, TlsMaterial } from '../../src/server/endpoint.js';
import { makeCertificates, type RedisOptions, type RedisServer, startRedis } from '../lab/index.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis({ persistence: 'none', ...options });
  closers.push(() => server.discard());
  return server;
}

const at = ({ host, port }: { host: string; port: number }, login: Partial<Endpoint> = {}): Endpoint => {
  return { side: 'source', host, port, ...login };
};

async function open(endpoint: Endpoint, options?: ConnectionOptions): Promise<RespConnection> {
  const connection = await RespConnection.open(endpoint, options);
  closers.push(() => connection.close());
  return connection;
}

/** A server that answers whatever comes with these bytes, once. */
async function hostile(bytes: string): Promise<{ host: string; port: number }> {
  const server: Server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

const failure = (promise: Promise<unknown>): Promise<MigrationError> =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    error => error as MigrationError,
  );

test('keys and values of any bytes come back as they are, in the order of the commands', async () => {
  const connection = await open(at(await start()));
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  const big = Buffer.alloc(20 << 20, bytes);
  const replies = connection.pipeline([
    ['SET', bytes, big],
    ['GET', bytes],
    ['STRLEN', bytes],
    ['GET', 'none'],
    ['PING'],
  ]);
  const [set, read, length, none, pong] = await replies;
  expect([set, length, none, pong]).toEqual(['OK', big.length, null, 'PONG']);
  expect(big.equals(read as Buffer)).toBe(true);
});

test('an error reply rejects a command, and is a value in a pipeline', async () => {
  const connection = await open(at(await start()));
  await expect(connection.command('NOSUCH')).rejects.toThrow(RespError);
  const [error, pong] = await connection.pipeline([['INCR'], ['PING']]);
  expect(error).toMatchObject({ code: 'ERR', side: 'source' });
  expect(pong).toBe('PONG');
});

test('a batch that the server is slow to take is sent to its end, and every reply comes', async () => {
  const connection = await open(at(await start()));
  const value = 'x'.repeat(1000);
  const batch = encodeCommands(Array.from({ length: 20_000 }, (_, n) => ['SET', `key:${n}`, value]));
  const batches = [connection.raw(batch, 20_000), connection.raw(batch, 20_000), connection.command('DBSIZE')];
  const [first, second, size] = await Promise.all(batches);
  expect([first, second].map(replies => new Set(replies as string[]))).toEqual([new Set(['OK']), new Set(['OK'])]);
  expect(size).toBe(20_000);
});

test('replies are kept as bytes, with errors and nils counted', async () => {
  const connection = await open(at(await start()));
  await connection.command('SET', 'a', 'text');
  const kept = new ByteBuilder();
  const batch = encodeCommands([
    ['GET', 'a'],
    ['GET', 'b'],
    ['INCR', 'a'],
    ['EXISTS', 'a'],
  ]);
  const [known] = await Promise.all([connection.rawBytes(batch, 4, kept), connection.command('PING')]);
  expect(known).toMatchObject({ errors: 1, nils: 1, whole: true, bytes: kept.length });
  expect(kept.view().toString()).toMatch(/^\$4\r\ntext\r\n\$-1\r\n-ERR [^\r]*\r\n:1\r\n$/);
});

test('no commands at all are answered at once', async () => {
  const connection = await open(at(await start()));
  const nothing = await connection.rawBytes(Buffer.alloc(0), 0, new ByteBuilder());
  expect(nothing).toEqual({ errors: 0, nils: 0, bytes: 0, whole: true });
  expect(await connection.pipeline([])).toEqual([]);
});

test('name and database are set', async () => {
  const connection = await open(at(await start()), { name: 'bulk', db: 7 });
  expect(String(await connection.command('CLIENT', 'LIST'))).toMatch(/name=bulk .*db=7/);
});

describe('logging in', () => {
  test('as the default user and as another one', async () => {
    const server = await start({ password: 'main-secret', users: ['app on >app-secret ~* +@all'] });
    const main = await open(at(server, { password: 'main-secret' }));
    const app = await open(at(server, { username: 'app', password: 'app-secret' }));
    expect(String(await main.command('ACL', 'WHOAMI'))).toBe('default');
    expect(String(await app.command('ACL', 'WHOAMI'))).toBe('app');
  });

  test('with a wrong password, none, or one that nobody asked for: told apart from other failures, without the secret', async () => {
    const [guarded, free] = await Promise.all([start({ password: 'main-secret' }), start()]);
    const wrong = await failure(open(at(guarded, { password: 'wrong-secret' })));
    expect(wrong).toMatchObject({ type: 'AuthenticationFailed', message: expect.stringContaining('WRONGPASS') });
    expect(await failure(open(at(guarded)))).toMatchObject({ type: 'AuthenticationFailed' });
    const needless = await failure(open(at(free, { password: 'wrong-secret' })));
    for (const error of [wrong, needless])
      expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('wrong-secret');
  });

  test('at a server that repeats the arguments in its error', async () => {
    const echo = await hostile("-ERR unknown command 'AUTH', with args beginning with: 'echoed-secret'\r\n+PONG\r\n");
    const error = await failure(open(at(echo, { password: 'echoed-secret' })));
    expect(error.type).toBe('AuthenticationFailed');
    expect(JSON.stringify([error.message, error.stack, error.cause ?? ''])).not.toContain('echoed-secret');
  });

  test('as a user who may do too little', async () => {
    const server = await start({ users: ['poor on >secret ~* +ping'] });
    const login = { username: 'poor', password: 'secret' };
    const error = await failure(open(at(server, login), { name: 'bulk' }));
    expect(error).toMatchObject({ type: 'PermissionMissing', message: expect.stringContaining('CLIENT') });
  });
});

describe('TLS', () => {
  test('with the right authority it works, however many bytes go through', async () => {
    const certificates = makeCertificates();
    const server = await start({ tls: { ...certificates, mutual: true } });
    const connection = await open(at(server, { tls: certificates }));
    const big = Buffer.alloc(5 << 20, 'abc');
    await connection.command('SET', 'big', big);
    expect(big.equals((await connection.command('GET', 'big')) as Buffer)).toBe(true);
  });

  test('another authority, or another name than the certificate has, is refused before anything is sent', async () => {
    const certificates = makeCertificates();
    const { address, received } = await listener(certificates);
    const open = (tls: TlsMaterial) =>
      RespConnection.open(at(address, { tls, password: 'secret' }), { timeoutMs: 1000 });
    const stranger = await failure(open({ ca: makeCertificates().ca }));
    const misnamed = await failure(open({ ca: certificates.ca, serverName: 'elsewhere' }));
    expect([stranger.type, misnamed.type]).toEqual(['TlsFailed', 'TlsFailed']);
    expect(received()).toBe('');
    await failure(open({ ca: certificates.ca }));
    expect(received()).toContain('AUTH');
  });

  test('is not spoken by a server without it', async () => {
    const error = await failure(open(at(await start(), { tls: {} }), { timeoutMs: 200 }));
    expect(error).toMatchObject({ type: 'Unreachable', message: expect.stringContaining('TLS handshake') });
  });
});

/** A TLS server that answers nothing, and remembers what it got. */
async function listener(certificates: { cert: string; key: string }) {
  let received = '';
  const server = createTlsServer(certificates, socket => {
    socket.on('error', () => {});
    socket.on('data', bytes => {
      received += bytes;
    });
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return {
    address: { host: '127.0.0.1', port: (server.address() as { port: number }).port },
    received: () => received,
  };
}

describe('what can go wrong', () => {
  test('nobody listens', async () => {
    const server = await start();
    await server.kill();
    const error = await failure(open(at(server)));
    expect(error).toMatchObject({ type: 'Unreachable', retryable: true, cause: { code: 'ECONNREFUSED' } });
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
  });

  test('it is another kind of server', async () => {
    expect(await failure(open(at(await hostile('HTTP/1.1 400 Bad Request\r\n\r\n'))))).toMatchObject({
      type: 'NotRedis',
    });
  });

  test('a server that dies fails what is pending and whatever comes later, for the same reason', async () => {
    const server = await start();
    const connection = await open(at(server));
    const pending = [connection.command('BLPOP', 'never', 0), connection.command('PING')].map(failure);
    await server.kill();
    const [first, second] = await Promise.all(pending);
    expect(first).toMatchObject({ type: 'Unreachable' });
    expect(second).toBe(first);
    await server.restart();
    expect(await failure(connection.command('PING'))).toBe(first);
  });

  test('a server that says nothing while a reply is due is given up; one that owes nothing is not', async () => {
    const server = await start();
    const [idle, waiting] = await Promise.all([
      open(at(server), { timeoutMs: 300 }),
      open(at(server), { timeoutMs: 900 }),
    ]);
    const error = await failure(waiting.command('BLPOP', 'never', 10));
    expect(error).toMatchObject({ type: 'Unreachable', message: expect.stringContaining('no answer within 900 ms') });
    expect(await failure(waiting.command('BLPOP', 'never', 10))).toBe(error);
    // It has owed nothing for three times as long as it may say nothing.
    await expect(idle.command('PING')).resolves.toBe('PONG');
    expect((await failure(idle.command('BLPOP', 'never', 10))).type).toBe('Unreachable');
  });

  test('a server that takes no connection is given up in time', async () => {
    const server = await start();
    server.pauseProcess();
    closers.push(() => server.resumeProcess());
    expect(await failure(open(at(server), { timeoutMs: 100 }))).toMatchObject({ type: 'Unreachable' });
  });

  test.each([
    ['a reply that nothing asked for', '+PONG\r\n+MORE\r\n', /nothing asked for/],
    ['a hostile length', '+PONG\r\n*2147483647\r\n', /nothing asked for|length of 2147483647/],
  ])('%s breaks the connection', async (_, bytes, reason) => {
    const connection = await RespConnection.open(at(await hostile(bytes))).catch((error: unknown) => error);
    const error = connection instanceof RespConnection ? await failure(connection.command('PING')) : connection;
    expect(error).toMatchObject({ type: 'Unreachable', message: expect.stringMatching(reason) });
  });

  test('after close every call rejects', async () => {
    const connection = await open(at(await start()));
    const pending = failure(connection.command('BLPOP', 'never', 0));
    connection.close();
    expect((await pending).message).toMatch(/closed by this side/);
    expect((await failure(connection.command('PING'))).type).toBe('Unreachable');
  });
});
