import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from './connection.js';
import { type LinkProxy, startProxy } from './proxy.js';
import { type RedisServer, startRedis } from './redis.js';

let server: RedisServer;
let proxy: LinkProxy;
beforeAll(async () => {
  server = await startRedis({ persistence: 'none' });
});
afterAll(() => server.discard());
beforeEach(async () => {
  proxy = await startProxy({ to: server });
  return () => proxy.close();
});

test('big values go through a proxy unharmed, both ways', async () => {
  const connection = await connect(proxy);
  const value = Buffer.alloc(5_000_000, 'abc\r\n');
  await connection.send('SET', 'big', value);
  expect(value.equals((await connection.send('GET', 'big')) as Buffer)).toBe(true);
  expect(proxy.forwarded).toBeGreaterThan(10_000_000);
  connection.close();
});

test('a cut drops what was connected and refuses newcomers until it is mended', async () => {
  const connection = await connect(proxy);
  await connection.send('PING');
  const blocked = connection.send('BLPOP', 'nothing', 0);
  const lost = expect(blocked).rejects.toThrow(/closed|ECONNRESET/);
  await proxy.cut();
  await lost;
  await expect(connect(proxy)).rejects.toThrow('ECONNREFUSED');
  await proxy.restore();
  const again = await connect(proxy);
  expect(await again.send('PING')).toBe('PONG');
  again.close();
});

test('a stalled link keeps connections and holds every byte back', async () => {
  const connection = await connect(proxy);
  proxy.stall();
  let answered = false;
  const reply = connection.send('PING').then(() => {
    answered = true;
  });
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  proxy.resume();
  await reply;
  connection.close();
});

test('a slow link answers after its delay in both directions', async () => {
  const connection = await connect(proxy);
  proxy.delayMs = 30;
  const start = performance.now();
  await connection.send('PING');
  expect(performance.now() - start).toBeGreaterThanOrEqual(58);
  connection.close();
});
