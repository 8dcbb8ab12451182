import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FeedServer, type FeedServerOptions } from '../../../src/live/feed/feed-server.js';
import type { Refusal } from '../../../src/live/feed/replica-session.js';
import { encodeCommand } from '../../../src/resp/encode.js';
import { connect, type RedisServer, startProxy, startRedis, waitFor } from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';
import { MemoryStream } from './memory-stream.js';
import { park, pointTo } from './parked.js';

let source: RedisServer;
let parkedAt: { replicationId: string; offset: number };
let stream: MemoryStream;
let acknowledged: number;
let refusals: Refusal[];
const feeds: FeedServer[] = [];

async function feed(options: Partial<FeedServerOptions> = {}): Promise<FeedServer> {
  const hooks = {
    onAcknowledged: (offset: number) => {
      acknowledged = offset;
    },
    onRefused: (refusal: Refusal) => refusals.push(refusal),
  };
  const all = { host: '127.0.0.1', port: 0, parked: parkedAt, replicationId: ours, ...options };
  const server = await FeedServer.listen(stream, all, hooks);
  feeds.push(server);
  return server;
}

async function begin(version?: Parameters<typeof startRedis>[0]): Promise<void> {
  source = await startRedis({ persistence: 'none', ...version });
  await source.cli('SET', 'counter', '0');
  parkedAt = await park(source);
  stream = new MemoryStream(parkedAt.offset);
  acknowledged = 0;
  refusals = [];
}

async function end(): Promise<void> {
  await Promise.all(feeds.splice(0).map(server => server.close()));
  await source.discard();
}

const ours = 'a'.repeat(40);
const untilAcknowledged = () =>
  waitFor(() => acknowledged, { what: `an acknowledgement of ${stream.end}`, until: seen => seen >= stream.end });
const untilRefused = () => waitFor(() => refusals[0], { what: 'a refusal' });
const select = ['SELECT', 0];
const incr = ['INCR', 'counter'];

describeEachVersion('a parked source', version => {
  beforeAll(() => begin({ version }));
  afterAll(end);

  test('takes commands from the feed once, whatever breaks where, and none from others', async () => {
    const server = await feed();
    const proxy = await startProxy({ to: { host: '127.0.0.1', port: server.port } });
    await pointTo(source, proxy.port);
    stream.write(select, incr);
    await untilAcknowledged();

    for (let round = 0; round < 3; round++) {
      const half = encodeCommand(['RPUSH', 'list', String(round)]);
      stream.append(half.subarray(0, 9 + 8 * round));
      stream.append(half.subarray(9 + 8 * round));
      const begun = stream.write(['MULTI'], incr);
      await waitFor(() => proxy.forwarded, { what: 'all of it', until: bytes => bytes > 0 && server.connected });
      await proxy.cut();
      stream.write(['RPUSH', 'list', 'end'], ['EXEC']);
      expect(stream.end).toBeGreaterThan(begun);
      await proxy.restore();
      await untilAcknowledged();
    }

    expect(await source.cli('GET', 'counter')).toBe('4');
    expect((await source.cli('LRANGE', 'list', '0', '-1')).split('\n')).toEqual(['0', 'end', '1', 'end', '2', 'end']);
    await expect(source.cli('SET', 'x', '1')).rejects.toThrow(/READONLY/);
    const { sync_full: full = '0' } = await source.info('stats');
    expect(full).toBe('0');
    await proxy.close();
  });

  test('keeps what has expired, until the feed says that it goes', async () => {
    await pointTo(source, (await feed()).port);
    stream.write(['PEXPIREAT', 'counter', Date.now() + 20], ['SET', 'other', '1']);
    await untilAcknowledged();
    await waitFor(() => source.cli('PTTL', 'counter'), { what: 'its time to be over', until: left => left === '-2' });
    stream.write(['PERSIST', 'counter'], incr);
    await untilAcknowledged();
    await source.cli('REPLICAOF', 'NO', 'ONE');
    expect(await source.cli('GET', 'counter')).toBe('5');
  });
});

describeEachVersion('a source', version => {
  beforeEach(() => begin({ version }));
  afterEach(end);

  test('that is refused keeps its data and its place', async () => {
    const { port } = await feed({ parked: { ...parkedAt, replicationId: 'f'.repeat(40) } });
    await pointTo(source, port);
    expect(await untilRefused()).toEqual({
      why: 'history',
      request: { replicationId: parkedAt.replicationId, offset: parkedAt.offset },
    });
    await waitFor(() => refusals.length > 1, { what: 'another refusal' });
    expect(await source.cli('GET', 'counter')).toBe('0');

    const right = await feed();
    await pointTo(source, right.port);
    stream.write(select, incr);
    await untilAcknowledged();
    expect(await source.cli('GET', 'counter')).toBe('1');
  });
});

describe('a feed', () => {
  beforeEach(() => begin());
  afterEach(end);

  test('that begins again goes on where the source is', async () => {
    const first = await feed();
    await pointTo(source, first.port);
    stream.write(select, incr);
    await untilAcknowledged();
    const { port } = first;
    await first.close();
    stream.write(incr);
    await feed({ port });
    await untilAcknowledged();
    expect(await source.cli('GET', 'counter')).toBe('2');
  });

  test('refuses a source that was fed by another one', async () => {
    await pointTo(source, (await feed()).port);
    stream.write(select, incr);
    await untilAcknowledged();
    stream = new MemoryStream(parkedAt.offset);
    stream.write(select, ['SET', 'counter', '1000'], incr, incr);
    await pointTo(source, (await feed({ replicationId: 'b'.repeat(40) })).port);
    expect(await untilRefused()).toMatchObject({ why: 'history', request: { replicationId: ours } });
    expect(await source.cli('GET', 'counter')).toBe('1');
  });

  test('refuses a source that is behind what is kept, or ahead of it', async () => {
    stream = new MemoryStream(parkedAt.offset + 10);
    await pointTo(source, (await feed()).port);
    expect(await untilRefused()).toMatchObject({ why: 'behind' });
    refusals = [];
    stream = new MemoryStream(0);
    const client = await connect({ host: '127.0.0.1', port: (await feed()).port });
    await expect(client.send('PSYNC', ours, 1000)).rejects.toThrow(/NOMASTERLINK/);
    expect(refusals[0]).toMatchObject({ why: 'ahead' });
    client.close();
  });

  test('answers a client that is no replica with an error, and lets go of one that speaks something else', async () => {
    const { port } = await feed();
    const client = await connect({ host: '127.0.0.1', port });
    await expect(client.send('GET', 'counter')).rejects.toThrow(/not a server for clients/);
    client.socket.write(Buffer.alloc(100_000, 'x'));
    await waitFor(() => !client.alive, { what: 'the connection to be closed' });
  });

  test('asks for its password', async () => {
    const { port } = await feed({ password: 'of-the-feed' });
    await source.cli('CONFIG', 'SET', 'masterauth', 'another');
    await pointTo(source, port);
    const client = await connect({ host: '127.0.0.1', port });
    await expect(client.send('PSYNC', parkedAt.replicationId, parkedAt.offset + 1)).rejects.toThrow(/NOAUTH/);
    client.close();
    await source.cli('CONFIG', 'SET', 'masterauth', 'of-the-feed');
    stream.write(select, incr);
    await untilAcknowledged();
    expect(await source.cli('GET', 'counter')).toBe('1');
  });

  test('feeds a source that comes again while its old connection lingers', async () => {
    const server = await feed();
    const proxy = await startProxy({ to: { host: '127.0.0.1', port: server.port } });
    await pointTo(source, proxy.port);
    stream.write(select, incr);
    await untilAcknowledged();
    proxy.stall();
    await pointTo(source, server.port);
    stream.write(incr);
    await untilAcknowledged();
    expect(await source.cli('GET', 'counter')).toBe('2');
    await proxy.close();
    stream.write(incr);
    await untilAcknowledged();
  });

  test('lets go of a source that says nothing', async () => {
    const server = await feed({ silenceMs: 1500 });
    await pointTo(source, server.port);
    stream.write(select, incr);
    await untilAcknowledged();
    source.pauseProcess();
    await waitFor(() => !server.connected, { what: 'the feed to let go' });
    source.resumeProcess();
    stream.write(incr);
    await untilAcknowledged();
    expect(await source.cli('GET', 'counter')).toBe('2');
  });
});
