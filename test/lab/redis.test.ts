import { afterEach, expect, test } from 'vitest';
import { makeCertificates } from './certificates.js';
import { connect } from './connection.js';
import { type RedisOptions, type RedisServer, startRedis } from './redis.js';

const started: RedisServer[] = [];
const start = async (options?: RedisOptions): Promise<RedisServer> => {
  const server = await startRedis(options);
  started.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map(server => server.discard()));
});

test('a killed server comes back on its port without what it never saved, a stopped one with everything', async () => {
  const server = await start();
  await server.cli('SET', 'saved', '1');
  await server.restart();
  await server.cli('SET', 'unsaved', '1');
  await server.restart({ graceful: false });
  expect(await server.cli('KEYS', '*')).toBe('saved');
  await server.restart({ wipe: true });
  expect(await server.cli('DBSIZE')).toBe('0');
});

test('CONFIG REWRITE works with a config file and a restart reads it, without one it is refused', async () => {
  const [server, bare] = await Promise.all([start(), start({ configFile: false, persistence: 'none' })]);
  await server.cli('CONFIG', 'SET', 'maxmemory', '123mb');
  await server.cli('CONFIG', 'REWRITE');
  await server.restart({ graceful: false });
  expect((await server.info('memory')).maxmemory).toBe(String(123 * 1024 * 1024));
  await expect(bare.cli('CONFIG', 'REWRITE')).rejects.toThrow('without a config file');
});

test('passwords, users and persistence are what was asked for', async () => {
  const server = await start({ password: 'a "b" c', users: ['app on >app-secret ~* +@all'], persistence: 'aof' });
  expect(await server.cli('CONFIG', 'GET', 'appendonly')).toBe('appendonly\nyes');
  const app = await server.connect({ username: 'app', password: 'app-secret' });
  expect(String(await app.send('ACL', 'WHOAMI'))).toBe('app');
  app.close();
  const stranger = await connect({ host: server.host, port: server.port });
  await expect(stranger.send('GET', 'k')).rejects.toThrow('NOAUTH');
  stranger.close();
});

test('a TLS server is trusted by its own authority only, and lets nobody in without a certificate when that is asked for', async () => {
  const server = await start({ tls: { ...makeCertificates(), mutual: true } });
  expect(server.url).toMatch(/^rediss:/);
  expect(await server.cli('PING')).toBe('PONG');
  const anonymous = connect({ host: server.host, port: server.port, tls: { ca: server.tls?.ca } });
  await expect(anonymous.then(connection => connection.send('PING'))).rejects.toThrow(/certificate|closed|reset/i);
  const { ca } = makeCertificates();
  await expect(connect({ host: server.host, port: server.port, tls: { ...server.tls, ca } })).rejects.toThrow(
    /certificate/,
  );
});

test('a frozen server answers nothing until it is thawed', async () => {
  const server = await start();
  const connection = await server.connect();
  server.pauseProcess();
  let answered = false;
  const reply = connection.send('PING').then(() => {
    answered = true;
  });
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  server.resumeProcess();
  await reply;
  connection.close();
});

test('a server that cannot start says why', async () => {
  await expect(start({ config: { 'no-such-directive': '1' } })).rejects.toThrow(/no-such-directive/);
});
