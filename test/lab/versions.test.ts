import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEachVersion } from '../support/each-version.js';
import { contents, fillEveryType, heldBy, oddNames, type RedisServer, startRedis } from './index.js';
import { redisBinary } from './redis-binary.js';

describeEachVersion('server', version => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ version });
  });
  afterAll(() => server?.discard());

  test('is of the version that was asked for', async () => {
    const { valkey_version: valkey, redis_version: redis } = await server.info('server');
    expect(`${valkey ? `valkey-${valkey}` : redis}.`).toContain(`${version}.`);
  });

  test('holds every shape, unchanged by a restart', async () => {
    const shapes = await heldBy(server);
    await fillEveryType(server, { among: shapes });
    expect(shapes.some(({ name }) => name === 'hash:field-expiry')).toBe(version === '8.0');
    const before = await contents(server);
    expect(before.size).toBe(3 * (2 * shapes.length + oddNames.length));
    expect(before.get('0/set:few:expiring')?.expiresAt).toBeGreaterThan(Date.now() + 86_000_000);
    await server.restart();
    expect(await contents(server)).toEqual(before);
  });
});

test('a version that is not there is refused with what to do', () => {
  expect(() => redisBinary('3.2' as never)).toThrow("there is no server 3.2 here: 'npm run setup -- --servers'");
});
