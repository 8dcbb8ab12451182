import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contents } from './contents.js';
import { fill, fillEveryType, oddNames } from './fill.js';
import { type RedisServer, startRedis } from './redis.js';
import { redisVersion } from './redis-binary.js';
import { replicate } from './replicate.js';
import { shapes } from './shapes.js';

let server: RedisServer;
let replica: RedisServer;
beforeAll(async () => {
  [server, replica] = await Promise.all([startRedis(), startRedis({ config: { 'enable-debug-command': 'no' } })]);
});
afterAll(() => Promise.all([server.discard(), replica.discard()]));
beforeEach(() => server.cli('FLUSHALL'));

test('fills with many keys of a size, by whatever the server allows', async () => {
  await replica.cli('REPLICAOF', 'NO', 'ONE');
  for (const each of [server, replica]) {
    await fill(each, { keys: 20_000, bytes: 100, prefix: 'p', database: 2 });
    const connection = await each.connect();
    await connection.send('SELECT', 2);
    expect(await connection.pipeline([['DBSIZE'], ['STRLEN', 'p:0'], ['STRLEN', 'p:19999']])).toEqual([
      20_000, 100, 100,
    ]);
    connection.close();
  }
});

test.runIf(redisVersion().startsWith('7.0.'))('every shape has the encoding that it is there for', async () => {
  await fillEveryType(server);
  const connection = await server.connect();
  for (const { name, encoding } of shapes)
    expect([name, String(await connection.send('OBJECT', 'ENCODING', name))]).toEqual([name, encoding]);
  connection.close();
});

test('the contents of a replica are those of its master, and any change shows', async () => {
  await fillEveryType(server);
  await replicate({ from: server, to: replica });
  const [original, copy] = await Promise.all([contents(server), contents(replica)]);
  expect(original.size).toBe(3 * (2 * shapes.length + oddNames.length));
  expect(copy).toEqual(original);
  await server.cli('HSET', 'hash:hashtable', 'field-7', 'other');
  await server.cli('XACK', 'stream:groups', 'readers', '3-0');
  await server.cli('PERSIST', 'set:many:expiring');
  const changed = [...(await contents(server))].filter(
    ([key, content]) => JSON.stringify(content) !== JSON.stringify(copy.get(key)),
  );
  expect(changed.map(([key]) => key)).toEqual(['0/hash:hashtable', '0/set:many:expiring', '0/stream:groups']);
});
