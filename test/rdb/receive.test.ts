import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { receiveSnapshot, type SnapshotSink } from '../../src/rdb/receive/receive-snapshot.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import {
  contents,
  fill,
  fillEveryType,
  makeCertificates,
  type RedisServer,
  startProxy,
  startRedis,
  waitFor,
} from '../lab/index.js';
import { readAll } from './read-all.js';

const endpoint = ({ host, port }: { host: string; port: number }, more: Partial<Endpoint> = {}): Endpoint => {
  return { side: 'source', host, port, ...more };
};

class Kept implements SnapshotSink {
  readonly parts: Buffer[] = [];
  /** Calls that came while it was still busy. */
  pushed = 0;
  #busy = false;

  constructor(private readonly delayMs = 0) {}

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  write(part: Buffer): Promise<void> | undefined {
    if (this.#busy) this.pushed += part.length;
    this.parts.push(Buffer.from(part));
    if (this.delayMs === 0) return undefined;
    this.#busy = true;
    return sleep(this.delayMs).then(() => {
      this.#busy = false;
    });
  }
}

let source: RedisServer;
beforeAll(async () => {
  source = await startRedis({
    persistence: 'none',
    password: 'of-the-source',
    config: { 'repl-diskless-sync-delay': '0' },
  });
});
afterAll(() => source.discard());
beforeEach(() => source.cli('FLUSHALL'));

const login = { password: 'of-the-source' };

describe.each(['yes', 'no'])('with repl-diskless-sync %s', diskless => {
  beforeAll(() => source.cli('CONFIG', 'SET', 'repl-diskless-sync', diskless));

  test('it is everything that the source has, and a place in its stream', async () => {
    await fillEveryType(source);
    const kept = new Kept();
    const received = await receiveSnapshot(endpoint(source, login), kept);
    const { keys, complete, aux } = readAll(kept.bytes);
    expect([complete, keys.length]).toEqual([true, (await contents(source)).size]);
    expect(received.bytes).toBe(kept.bytes.length);
    expect(received.replicationId).toBe((await source.info('replication')).master_replid);
    expect(aux.get('repl-id')).toBe(received.replicationId);
  });

  test('the source is left without a replica', async () => {
    await receiveSnapshot(endpoint(source, login), new Kept());
    await waitFor(() => source.info('replication'), {
      what: 'the source to have no replica',
      until: ({ connected_slaves }) => connected_slaves === '0',
    });
  });
});

test('a sink that is slow holds the source back', async () => {
  await fill(source, { keys: 30_000, bytes: 100 });
  const kept = new Kept(2);
  await receiveSnapshot(endpoint(source, login), kept);
  expect(readAll(kept.bytes).complete).toBe(true);
  // What was read already when it asked to wait: the end of a chunk.
  expect(kept.pushed).toBeLessThan(64);
});

test('a sink that fails ends it with its own error', async () => {
  await fill(source, { keys: 30_000, bytes: 100 });
  const failing: SnapshotSink = { write: () => Promise.reject(new Error('no room')) };
  await expect(receiveSnapshot(endpoint(source, login), failing)).rejects.toThrow('no room');
});

test('over TLS, with a user that may do this and nothing else', async () => {
  const certificates = await makeCertificates();
  const server = await startRedis({ tls: certificates, config: { 'repl-diskless-sync-delay': '0' } });
  try {
    await server.cli('SET', 'k', 'v');
    await server.cli('ACL', 'SETUSER', 'snapshot', 'on', '>of-the-user', '+psync', '+replconf', '+ping');
    const kept = new Kept();
    const user = { username: 'snapshot', password: 'of-the-user', tls: { ca: certificates.ca } };
    await receiveSnapshot(endpoint(server, user), kept);
    expect(readAll(kept.bytes).keys.length).toBe(1);
  } finally {
    await server.discard();
  }
});

describe('refusals', () => {
  test('a wrong password', async () => {
    const wrong = receiveSnapshot(endpoint(source, { password: 'wrong' }), new Kept());
    await expect(wrong).rejects.toMatchObject({ type: 'AuthenticationFailed' });
  });

  test('no password', async () => {
    await expect(receiveSnapshot(endpoint(source), new Kept())).rejects.toMatchObject({ type: 'AuthenticationFailed' });
  });

  test('a user without PSYNC', async () => {
    await source.cli('ACL', 'SETUSER', 'reader', 'on', '>of-the-reader', '~*', '+@read', '+ping');
    const user = { username: 'reader', password: 'of-the-reader' };
    const failed = receiveSnapshot(endpoint(source, user), new Kept());
    await expect(failed).rejects.toMatchObject({ type: 'PermissionMissing', message: expect.stringMatching(/PSYNC/i) });
  });

  test('a replica whose own link is down may be asked again later', async () => {
    const replica = await startRedis({ persistence: 'none' });
    await replica.cli('REPLICAOF', '127.0.0.1', '1');
    const failed = receiveSnapshot(endpoint(replica), new Kept());
    await expect(failed).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringContaining('NOMASTERLINK'),
    });
    await replica.discard();
  });

  test('a signal', async () => {
    const controller = new AbortController();
    await fill(source, { keys: 30_000, bytes: 100 });
    const hooks = { signal: controller.signal, onBytes: () => controller.abort(new Error('enough')) };
    await expect(receiveSnapshot(endpoint(source, login), new Kept(), hooks)).rejects.toThrow('enough');
  });

  test('a link that is cut in the middle, or stalls', async () => {
    await fill(source, { keys: 100_000, bytes: 100 });
    const proxy = await startProxy({ to: source });
    const cut = receiveSnapshot(endpoint(proxy, login), new Kept(), {
      onBytes: bytes => bytes > 100_000 && proxy.cut(),
    });
    await expect(cut).rejects.toMatchObject({ type: 'Unreachable' });
    await proxy.restore();
    const stalled = receiveSnapshot(endpoint(proxy, login), new Kept(), {
      onBytes: () => proxy.stall(),
      silenceMs: 300,
    });
    await expect(stalled).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringContaining('no answer within 300 ms'),
    });
    await proxy.close();
  });
});

describe('what is no source', () => {
  let server: Server | undefined;
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
  });

  /** Answers the handshake, then says this. */
  async function saying(words: string): Promise<Endpoint> {
    const listening = createServer(socket => {
      sockets.push(socket);
      socket.write(words);
    });
    server = listening;
    await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return endpoint({ host: '127.0.0.1', port: address.port });
  }

  const agreed = '\n+PONG\r\n+OK\r\n-ERR Unrecognized REPLCONF option: rdb-only\r\n\n\n+FULLRESYNC 0123abc 42\r\n';

  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n', { type: 'NotRedis' }],
    [
      'one that agrees and gives up',
      `${agreed}\n-ERR BGSAVE failed\r\n`,
      { type: 'SnapshotFailed', message: /gave no snapshot: ERR BGSAVE failed/ },
    ],
    ['one that goes on from where nobody was', '+PONG\r\n+OK\r\n+OK\r\n+CONTINUE\r\n', { type: 'NotRedis' }],
    [
      'one that sends something else',
      `${agreed}+OK\r\n`,
      { type: 'SnapshotFailed', message: /where a snapshot should begin/ },
    ],
  ])('%s', async (_, words, { type, message }: { type: string; message?: RegExp }) => {
    const failed = receiveSnapshot(await saying(words), new Kept());
    await expect(failed).rejects.toMatchObject({ type, message: expect.stringMatching(message ?? /./) });
  });

  test('newlines before everything are passed over', async () => {
    const kept = new Kept();
    const received = await receiveSnapshot(await saying(`${agreed}\n\n\n$3\r\nabc`), kept);
    expect([received, kept.bytes.toString()]).toEqual([{ replicationId: '0123abc', offset: 42, bytes: 3 }, 'abc']);
  });
});
