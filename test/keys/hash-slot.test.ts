import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySlot, tagOfSlot } from '../../src/keys/hash-slot.js';
import { type Connection, type RedisServer, startRedis } from '../lab/index.js';

let server: RedisServer;
let connection: Connection;
beforeAll(async () => {
  server = await startRedis({ config: { 'cluster-enabled': 'yes' } });
  connection = await server.connect();
});
afterAll(async () => {
  connection.close();
  await server.discard();
});

const keys = [
  ...['123456789', 'foo', '', 'user:{1000}:name', '{}', 'a{}b', '{', '}', 'a}{b}', 'a{b', '{{b}}', 'x{a}{b}', '}{'].map(
    text => Buffer.from(text),
  ),
  Buffer.from([0, 255, 123, 200, 13, 10, 125, 1]),
  Buffer.alloc(65_536, 'long'),
  ...Array.from({ length: 2000 }, (_, n) => Buffer.from(`key:${(n * 2_654_435_761) % 4_294_967_296}`)),
];

test('a key is in the slot that a cluster says', async () => {
  const slots = await connection.pipeline(keys.map(key => ['CLUSTER', 'KEYSLOT', key]));
  expect(keys.map(key => keySlot(key))).toEqual(slots);
  expect(keySlot(Buffer.from('123456789'))).toBe(0x31c3);
});

test('a part of a buffer is a key too', () => {
  expect(keySlot(Buffer.from('...{foo}...'), 3, 8)).toBe(keySlot(Buffer.from('foo')));
  expect(keySlot(Buffer.from('}foo{'), 1, 4)).toBe(keySlot(Buffer.from('foo')));
});

test('each slot has a tag', () => {
  for (let slot = 0; slot < 16_384; slot++) expect(keySlot(Buffer.from(`{${tagOfSlot(slot)}}:x`))).toBe(slot);
});
