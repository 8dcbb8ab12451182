import { afterAll, expect, test } from 'vitest';
import { presentSettings } from '../../src/cutover/config-file.js';
import { connect } from '../../src/server/connect.js';
import { startRedis } from '../lab/index.js';

test("settings that were written down nowhere stay as they are, except for a migration's own", async () => {
  const redis = await startRedis();
  afterAll(() => redis.discard());
  const server = await connect({ side: 'source', host: redis.host, port: redis.port });
  afterAll(() => server.close());
  const having = async (replicas: string, period: string) => {
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', replicas);
    await redis.cli('CONFIG', 'SET', 'repl-ping-replica-period', period);
    const found = await presentSettings(server);
    return [found['min-replicas-to-write'], found['repl-ping-replica-period'], found['min-replicas-max-lag']];
  };
  expect(await having('1', '7')).toEqual(['1', '7', '10']);
  expect(await having('1000000', '3600')).toEqual(['0', '10', '10']);
  expect(await having('2000000', '3')).toEqual(['0', '3', '10']);
  await redis.cli('CONFIG', 'SET', 'masteruser', 'redis-migration-stranger');
  expect(await presentSettings(server)).toMatchObject({ masteruser: '', masterauth: '' });
});
