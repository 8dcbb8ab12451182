import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../lab/index.js';
import { follow, streamIn } from '../follow.js';
import { useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Says this to whoever connects, whatever it is asked. */
async function saying(...words: (string | Buffer)[]) {
  const heard: string[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => {}).on('data', bytes => heard.push(String(bytes)));
    for (const each of words) socket.write(each);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: '127.0.0.1', port: address.port, heard, hangUp: () => sockets.at(-1)?.end() };
}

const agreed = '+PONG\r\n+OK\r\n*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n';
const full = `${agreed}+FULLRESYNC abc 42\r\n`;
/** Of a server without keys, checksum off. */
const empty = Buffer.concat([Buffer.from('REDIS0009'), Buffer.from([0xff]), Buffer.alloc(8)]);
const snapshot = Buffer.concat([Buffer.from(`${full}$${empty.length}\r\n`), empty]);

describe('what is no source is an error that says so, and the spool stays as it is', () => {
  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n', 'NotRedis', /no Redis answers there/],
    ['one that goes on from where nobody was', `${agreed}+CONTINUE\r\n`, 'NotRedis', /CONTINUE/],
    ['one that is nowhere', `${agreed}+FULLRESYNC abc -7\r\n`, 'NotRedis', /FULLRESYNC/],
    ['one beyond all numbers', `${agreed}+FULLRESYNC abc 99999999999999999\r\n`, 'NotRedis', /FULLRESYNC/],
    ['one that loads', '-LOADING Redis is loading\r\n'.repeat(4), 'Unreachable', /PSYNC: LOADING/],
    ['one that forbids it', `${agreed}-NOPERM no permissions to run psync\r\n`, 'PermissionMissing', /PSYNC/],
    [
      'one that knows nothing of it',
      `${agreed}-ERR unknown command 'PSYNC', with args beginning with: '?'\r\n`,
      'CommandRefused',
      /PSYNC/,
    ],
    ['one that wants a login', '-NOAUTH Authentication required.\r\n', 'AuthenticationFailed', /login/],
    [
      'one that follows another',
      '+PONG\r\n+OK\r\n*5\r\n$5\r\nslave\r\n$4\r\nhost\r\n:7\r\n$7\r\nconnect\r\n:-1\r\n',
      'SourceChanged',
      /replica of host:7/,
    ],
  ])('%s', async (_, words, type, message) => {
    const spool = await fresh();
    const error = await follow(await saying(words), spool).ended;
    expect(error).toMatchObject({ type, message: expect.stringMatching(message) });
    expect(spool.replicationId).toBeNull();
  });

  test.each([
    ['gives up', `${full}\n-ERR BGSAVE failed\r\n`, /gave no snapshot: ERR BGSAVE failed/],
    ['sends something else', `${full}+OK\r\n`, /where a snapshot should begin/],
    ['never ends a line', full + 'x'.repeat(1000), /line beyond the limit/],
    ['sends what is no snapshot', `${full}$20\r\n${'x'.repeat(20)}`, /no RDB/],
    [
      'sends a damaged one',
      Buffer.concat([Buffer.from(`${full}$18\r\n`), empty.subarray(0, 17), Buffer.from('x')]),
      /damaged/,
    ],
  ])('one that agrees and %s', async (_, words, message) => {
    const spool = await fresh();
    const error = await follow(await saying(words), spool).ended;
    expect(error).toMatchObject({ type: 'SnapshotFailed', message: expect.stringMatching(message) });
    expect(spool.position).toBeNull();
    await spool.close();
    expect((await open(spool.dir)).position).toBeNull();
  });
});

test('keep-alive newlines are passed over, and no byte of the stream is one of the snapshot', async () => {
  const spool = await fresh();
  const words = [`\n\n${full}\n\n$${empty.length}\r\n`, empty, 'of the stream'];
  const link = follow(await saying(...words), spool);
  await waitFor(() => spool.end === 42 + 13, { what: 'the stream' });
  await waitFor(() => spool.position, { what: 'the snapshot' });
  expect(await streamIn(spool)).toBe('of the stream');
  await link.stop();
});

test('the snapshot can be read while it comes, and who reads it learns that it will never be whole', async () => {
  const length = 3 << 20;
  const begun = Buffer.concat([Buffer.from(`${full}$${length}\r\n`), empty.subarray(0, 9), Buffer.alloc(2 << 20)]);
  const source = await saying(begun);
  const spool = await fresh();
  const link = follow(source, spool);
  await waitFor(() => spool.snapshot?.written, { what: 'some of the snapshot' });
  const head = Buffer.alloc(9);
  await spool.snapshot?.read(head, 0, 9, 0);
  expect(String(head)).toBe('REDIS0009');
  // What isn't a whole buffer is not in the file yet.
  const beyond = spool.snapshot?.read(head, 0, 9, 2 << 20).catch(error => error);
  source.hangUp();
  expect(await link.ended).toMatchObject({ type: 'Unreachable', message: expect.stringContaining('in the snapshot') });
  expect(await beyond).toMatchObject({ type: 'Unreachable' });
  expect(spool.position).toBeNull();
});

test('a snapshot that has come is kept, although the connection breaks with its last byte', async () => {
  const source = await saying(snapshot);
  const spool = await fresh();
  const link = follow(source, spool);
  await waitFor(() => sockets.length, { what: 'a connection', everyMs: 1 });
  source.hangUp();
  expect(await link.ended).toMatchObject({ type: 'Unreachable' });
  expect(spool.position).toEqual({ replicationId: 'abc', offset: 42 });
});

describe('who has given up while the caller thinks about the answer', () => {
  test.each([
    ['a snapshot', snapshot],
    ['the stream', `${agreed}+CONTINUE other\r\n`],
  ])('leaves the spool as it is, for %s', async (_, answer) => {
    const spool = await fresh();
    await spool.begin({ replicationId: 'abc', offset: 42 });
    let think = () => {};
    const thought = new Promise<void>(resolve => {
      think = resolve;
    });
    const link = follow(await saying(answer, 'of the stream'), spool, { ackEveryMs: 1, onOutcome: () => thought });
    await waitFor(() => link.outcomes.length, { what: 'an answer' });
    await link.stop();
    const next = follow(await saying(`${agreed}+CONTINUE\r\n`, 'again'), spool);
    await waitFor(() => spool.end === 47, { what: 'the next link' });
    think();
    await new Promise(setImmediate);
    await next.stop();
    // What was begun to be changed is changed then.
    await spool.close();
    const after = await open(spool.dir);
    expect([after.replicationId, await streamIn(after)]).toEqual(['abc', 'again']);
  });

  test('a stretch that had been read while the source was held back is left to the next link', async () => {
    const spool = await fresh({ maxBytes: 600_000, unwrittenBytes: 0, memoryBytes: 0, retryMs: 60_000 });
    await spool.begin({ replicationId: 'abc', offset: 42 });
    const link = follow(await saying(`${agreed}+CONTINUE\r\n`, Buffer.alloc(3_000_000, 'x')), spool);
    await waitFor(() => spool.full, { what: 'the spool to be full' });
    await link.stop();
    const { end } = spool;
    const reader = spool.reader(42);
    while (reader.position < end) {
      await reader.next();
      await spool.trim(reader.position);
    }
    await spool.sync();
    expect(spool.end).toBe(end);
  });
});

test('a source that was not ready for the first acknowledgement gets another soon', async () => {
  const spool = await fresh();
  const source = await saying(snapshot);
  const link = follow(source, spool, { ackEveryMs: 60_000 });
  await waitFor(() => source.heard.join('').split('ACK').length > 3, { what: 'some acknowledgements' });
  await link.stop();
});

test('an acknowledgement is asked for in any pieces, and within a value it does no harm', async () => {
  const getack = '*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n';
  const arbitrary = fc.asyncProperty(fc.nat(getack.length), fc.nat(20), async (cut, before) => {
    const spool = await fresh();
    const source = await saying(snapshot);
    const link = follow(source, spool, { ackEveryMs: 60_000 });
    await waitFor(() => spool.position, { what: 'the snapshot' });
    const socket = sockets.at(-1) as Socket;
    const stream = 'x'.repeat(before) + getack;
    socket.write(stream.slice(0, before + cut));
    await waitFor(() => spool.end === 42 + before + cut, { what: 'the first piece', everyMs: 1 });
    socket.write(stream.slice(before + cut));
    const offset = String(42 + stream.length);
    const ack = `*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$${offset.length}\r\n${offset}\r\n`;
    await waitFor(() => source.heard.join('').includes(ack), {
      what: 'the acknowledgement',
      everyMs: 1,
      timeoutMs: 3000,
    });
    await link.stop();
  });
  await fc.assert(arbitrary, { numRuns: 20 });
});

test('any bytes are an error or a stream, and never more than they are', async () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        agreed,
        full,
        '\n',
        '$5\r\n',
        `$EOF:${'f'.repeat(40)}\r\n`,
        'f'.repeat(40),
        '+CONTINUE x\r\n',
        '*-1\r\n',
        '*3\r\n',
        '-ERR\r\n',
      ),
      fc.constant(snapshot),
      fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
    ),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(pieces, async words => {
      const spool = await fresh();
      const source = await saying(...words);
      const link = follow(source, spool, { silenceMs: 1000 });
      await waitFor(() => sockets.length, { what: 'a connection', everyMs: 1 });
      source.hangUp();
      expect(await link.ended).toMatchObject({ name: 'MigrationError' });
      sockets.splice(0);
    }),
    { numRuns: 60 },
  );
});
