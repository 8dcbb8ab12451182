import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { peerConnectivity } from '../../src/preflight/peer-connectivity.js';
import { makeCertificates } from '../lab/certificates.js';
import { freePort } from '../lab/ports.js';
import { startProxy } from '../lab/proxy.js';
import type { RedisServer } from '../lab/redis.js';
import { replicate } from '../lab/replicate.js';
import {
  brief,
  type ContextOptions,
  closeLater,
  contextOf,
  informed,
  start,
  startPair,
  texts,
  withSettings,
} from './support.js';

let source: RedisServer;
let target: RedisServer;
beforeAll(async () => {
  [source, target] = await startPair({ password: 'source secret' }, { users: ['mover on >target-secret ~* &* +@all'] });
});
afterEach(async () => {
  expect(await source.cli('DBSIZE')).toBe('0');
  expect(await target.cli('DBSIZE')).toBe('0');
});

const probe = async (options: ContextOptions = {}) => peerConnectivity(await contextOf(source, target, options));

test('both ways are tried, with the right password and user, and nothing is left behind', async () => {
  const results = await probe({ targetLogin: { username: 'mover', password: 'target-secret' } });
  expect(brief(results)).toEqual(['target pass', 'source pass']);
  expect(texts(results)).toContain(`The target reaches the source at 127.0.0.1:${source.port}`);
});

test('an address where nobody answers fails for that way alone', async () => {
  const results = await probe({ source: { addressForPeer: `127.0.0.1:${await freePort()}` } });
  expect(brief(results)).toEqual(['target failure', 'source pass']);
  expect(texts(results)).toMatch(/gets no answer from the source at 127.0.0.1:\d+ within 1000 ms/);
});

test('an address that swallows everything holds the source still for a moment only', async () => {
  const proxy = await startProxy({ to: target });
  closeLater(() => proxy.close());
  proxy.stall();
  const begun = performance.now();
  const results = await probe({ target: { addressForPeer: proxy.address } });
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(brief(results)).toEqual(['target pass', 'source failure']);
});

test('one server under two names is not made to wait for itself', async () => {
  const { port } = source;
  const options = { target: { url: `redis://localhost:${port}`, addressForPeer: `localhost:${port}` } };
  const results = await peerConnectivity(await contextOf(source, source, options));
  expect(brief(results)).toEqual(['both warning']);
});

test("a stranger at the peer's address is found out", async () => {
  const stranger = await start();
  const results = await probe({ target: { addressForPeer: `127.0.0.1:${stranger.port}` } });
  expect(brief(results)).toEqual(['target pass', 'source failure']);
  expect(texts(results)).toContain('Another server than the target answers');
  expect(Number(await stranger.cli('PTTL', await stranger.cli('RANDOMKEY')))).toBeLessThanOrEqual(10_000);
});

test('so is one that takes no writes, while the target does', async () => {
  const [master, stranger] = await startPair();
  await replicate({ from: master, to: stranger });
  const results = await probe({ target: { addressForPeer: `127.0.0.1:${stranger.port}` } });
  expect(brief(results)).toEqual(['target pass', 'source failure']);
  expect(texts(results)).toContain('it takes no writes, while the target does');
});

test('a stranger that refuses the login is found out', async () => {
  const stranger = await start({ password: 'another' });
  const results = await probe({ source: { addressForPeer: `127.0.0.1:${stranger.port}` } });
  expect(brief(results)).toEqual(['target failure', 'source pass']);
  expect(texts(results)).toContain("refuses the source's user or password");
  expect(texts(results)).not.toContain('source secret');
});

test('a user who may not RESTORE proves the way all the same', async () => {
  await target.cli('ACL', 'SETUSER', 'meek', 'on', '>meek-secret', '~*', '+@all', '-restore');
  const results = await probe({ targetLogin: { username: 'meek', password: 'meek-secret' } });
  expect(brief(results)).toEqual(['target pass', 'source pass']);
});

test('a server in protected mode says no and hangs up: it counts as out of reach', async () => {
  const denying = createServer(socket => socket.end('-DENIED Redis is running in protected mode.\r\n'));
  denying.listen(0, '127.0.0.1');
  await once(denying, 'listening');
  closeLater(() => denying.close());
  const { port } = denying.address() as AddressInfo;
  const results = await probe({ target: { addressForPeer: `127.0.0.1:${port}` } });
  expect(brief(results)).toEqual(['target pass', 'source failure']);
  expect(texts(results)).toMatch(/gets no answer from the target.*protected-mode of the target/);
});

test('a version whose MIGRATE knows no login is not asked to', async () => {
  const context = await contextOf(source, target, { targetLogin: { username: 'mover', password: 'target-secret' } });
  const older = await peerConnectivity(informed(context, 'source', { redis_version: '5.0.14' }));
  expect(brief(older)).toEqual(['target pass', 'source warning']);
  const olderTarget = await peerConnectivity(informed(context, 'target', { redis_version: '4.0.6' }));
  expect(brief(olderTarget)).toEqual(['target warning', 'source pass']);
  const plain = await peerConnectivity(informed(context, 'target', { redis_version: '4.0.7' }));
  expect(brief(plain)).toEqual(['target pass', 'source pass']);
});

test('where MIGRATE is forbidden or renamed the way is not probed, and no password is shown', async () => {
  const renamed = await start({ config: { 'rename-command': 'MIGRATE ""' } });
  const results = await peerConnectivity(await contextOf(source, renamed));
  expect(brief(results)).toEqual(['target warning', 'source pass']);
  expect(texts(results)).toContain('may not run MIGRATE on the target');
  expect(texts(results)).not.toContain('source secret');
});

test('where no key may be written the way is not probed', async () => {
  await target.cli('ACL', 'SETUSER', 'reader', 'on', '>reader-secret', '~*', '+@all', '-set');
  const results = await probe({ targetLogin: { username: 'reader', password: 'reader-secret' } });
  expect(brief(results)).toEqual(['target warning', 'source warning']);
  expect(texts(results)).toContain('the target refuses a key for the probe (NOPERM)');
});

test('a link that is up proves itself, and a read-only replica answers', async () => {
  const replica = await start();
  await replicate({ from: source, to: replica });
  const results = await peerConnectivity(await contextOf(source, replica));
  expect(brief(results)).toEqual(['target pass', 'source pass']);
  expect(texts(results)).toMatch(/already replicates[\s\S]*takes no writes now/);
});

test('a server that has no TLS of its own cannot follow one that speaks it', async () => {
  const certificates = makeCertificates();
  const [secure, trusting] = await startPair({ tls: certificates }, { tls: certificates });
  const plain = await peerConnectivity(await contextOf(secure, target));
  expect(brief(plain)).toEqual(['target failure', 'source pass']);
  expect(texts(plain)).toContain("can't speak TLS to the source");
  const both = await contextOf(secure, trusting);
  expect(brief(await peerConnectivity(both))).toEqual(['target warning', 'source warning']);
  await withSettings(secure, { 'tls-cluster': 'yes' }, async () => {
    await withSettings(trusting, { 'tls-cluster': 'yes' }, async () => {
      expect(brief(await peerConnectivity(both))).toEqual(['target pass', 'source pass']);
    });
  });
});

const migrate = { input: { method: 'migrate' } } as const;

test('method migrate needs the way to the target only', async () => {
  const results = await probe({ ...migrate, source: { addressForPeer: `127.0.0.1:${await freePort()}` } });
  expect(brief(results)).toEqual(['source pass']);
});

test('method migrate is not begun where the source could not log in, or would not speak as the target does', async () => {
  const login = { targetLogin: { username: 'mover', password: 'target-secret' } };
  const context = await contextOf(source, target, { ...migrate, ...login });
  const older = await peerConnectivity(informed(context, 'source', { redis_version: '5.0.14' }));
  expect(brief(older)).toEqual(['source failure']);
  expect(texts(older)).toMatch(/can't log in to the target by MIGRATE/);
  const certificates = makeCertificates();
  const [secure, trusting] = await startPair({ tls: certificates }, { tls: certificates });
  const both = await contextOf(secure, trusting, migrate);
  const results = await peerConnectivity(both);
  expect(brief(results)).toEqual(['source failure']);
  expect(texts(results)).toContain('CONFIG SET tls-cluster yes');
  await withSettings(secure, { 'tls-cluster': 'yes' }, async () => {
    expect(brief(await peerConnectivity(both))).toEqual(['source pass']);
  });
});
