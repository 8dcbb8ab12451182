import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdServer, releaseServer } from '../../src/cutover/epoch.js';
import { type RedisServer, startRedis } from '../lab/index.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.discard());

const endpoint = () => ({ side: 'source' as const, host: server.host, port: server.port });
const users = async () => (await server.cli('ACL', 'USERS')).split('\n');

test('an attempt that was stopped until after the clean-up neither acts nor leaves a user behind', async () => {
  const frozenFor = performance.now() - 10_000;
  const late = holdServer(endpoint(), { scheduledAt: 1, attempt: 1 }, 1000, frozenFor);
  await expect(late).rejects.toMatchObject({ type: 'Superseded' });
  expect(await users()).toEqual(['default']);
});

test('one that was stopped for a moment goes on', async () => {
  const held = await holdServer(endpoint(), { scheduledAt: 2, attempt: 1 }, 1000, performance.now() - 1000);
  expect(await users()).toHaveLength(2);
  releaseServer(held);
});
