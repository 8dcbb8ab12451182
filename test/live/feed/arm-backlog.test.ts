import { afterEach, expect, test } from 'vitest';
import { armBacklog } from '../../../src/live/feed/arm-backlog.js';
import type { Endpoint } from '../../../src/server/endpoint.js';
import { connect, type RedisServer, startRedis } from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';

let target: RedisServer;
afterEach(() => target.discard());
const endpoint = (more: Partial<Endpoint> = {}): Endpoint => ({
  side: 'target',
  host: '127.0.0.1',
  port: target.port,
  ...more,
});

async function goesOn({ replicationId, offset }: { replicationId: string; offset: number }): Promise<void> {
  const client = await connect(target);
  expect(await client.send('PSYNC', replicationId, offset + 1)).toMatch(/^CONTINUE/);
  client.close();
}

describeEachVersion('a target', version => {
  test('keeps its stream from the place on, without a fork where it waits before one', async () => {
    const config = { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '5' };
    target = await startRedis({ version, persistence: 'none', config });
    await target.cli('SET', 'key', '1');
    const place = await armBacklog(endpoint());
    await goesOn(place);
    const { total_forks: forks = '0' } = await target.info('stats');
    expect(forks).toBe('0');
    expect(await target.cli('KEYS', '*')).toBe('key');
  });
});

test('that keeps its stream already is left alone, and has one database only', async () => {
  target = await startRedis({ persistence: 'none', config: { databases: '1' } });
  const place = await armBacklog(endpoint());
  await target.cli('SET', 'key', '1');
  const again = await armBacklog(endpoint());
  expect(again.replicationId).toBe(place.replicationId);
  expect(again.offset).toBeGreaterThan(place.offset);
  await goesOn(place);
  await goesOn(again);
});

test('says that the user may not PSYNC', async () => {
  target = await startRedis({ persistence: 'none', users: ['mover on >secret ~* +@all -psync'] });
  await expect(armBacklog(endpoint({ username: 'mover', password: 'secret' }))).rejects.toMatchObject({
    type: 'PermissionMissing',
  });
});
