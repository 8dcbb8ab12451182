import { afterAll, beforeAll, expect, test } from 'vitest';
import { clearEpochs, type Held, holdServer, releaseServer } from '../../src/cutover/epoch.js';
import { observe } from '../../src/cutover/observe.js';
import { type RedisServer, startRedis, waitFor } from '../lab/index.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.discard());

const endpoint = () => ({ side: 'source' as const, host: server.host, port: server.port });
const users = async () => (await server.cli('ACL', 'USERS')).split('\n');

test('an attempt that was stopped until after the clean-up neither acts nor leaves a user behind', async () => {
  const frozenFor = performance.now() - 10_000;
  const late = holdServer(endpoint(), { scheduledAt: 1, attempt: 1 }, 1000, { since: frozenFor });
  await expect(late).rejects.toMatchObject({ type: 'Superseded' });
  expect(await users()).toEqual(['default']);
});

test('one that was stopped for a moment goes on', async () => {
  const held = await holdServer(endpoint(), { scheduledAt: 2, attempt: 1 }, 1000, { since: performance.now() - 1000 });
  expect(await users()).toHaveLength(2);
  releaseServer(held);
});

test('one that saw the migration on the server, and sees none any more, knows that the clean-up has been', async () => {
  const later = await holdServer(endpoint(), { scheduledAt: 8, attempt: 1 }, 1000);
  await clearEpochs(later);
  releaseServer(later);
  const late = holdServer(endpoint(), { scheduledAt: 7, attempt: 1 }, 1000, { joined: true });
  await expect(late).rejects.toMatchObject({ type: 'Superseded' });
  expect(await users()).toEqual(['default']);
});

test('one that was fenced off while it ran is superseded, also when the clean-up has been', async () => {
  const fenced = await holdServer(endpoint(), { scheduledAt: 3, attempt: 1 }, 1000);
  const later = await holdServer(endpoint(), { scheduledAt: 4, attempt: 1 }, 1000);
  await clearEpochs(later);
  await waitFor(() => !fenced.critical.isOpen && !later.critical.isOpen, { what: 'both to be cut off' });
  await expect(observe(fenced, () => false)).rejects.toMatchObject({ type: 'Superseded' });
  for (const held of [fenced, later]) releaseServer(held);
});

test('one whose connections broke knows nothing any more, which is something else', async () => {
  const held: Held = await holdServer(endpoint(), { scheduledAt: 5, attempt: 1 }, 1000);
  releaseServer(held);
  await waitFor(() => !held.critical.isOpen && !held.admin.isOpen, { what: 'both to be closed' });
  expect(await observe(held, () => false)).toBeNull();
});
