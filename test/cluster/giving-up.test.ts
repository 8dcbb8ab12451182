import { expect, test } from 'vitest';
import { ClusterRouter } from '../../src/cluster/index.js';
import { MigrationError } from '../../src/contract/errors.js';
import { keySlot, startCluster } from '../lab/index.js';
import { ask, endpointOf, openRouter } from './support.js';

test('a slot that nobody serves any more ends it in bounded time, with its number and what was said last', async () => {
  const cluster = await startCluster({ replicas: 0, nodeTimeoutMs: 500 });
  const router = await openRouter(cluster.nodes[0] as never, { patienceMs: 1500 });
  await (await cluster.primaryOf('lost')).kill();
  const began = performance.now();
  const failure = await ask(router, [['SET', 'lost', 1]]).catch(error => error);
  expect(failure).toBeInstanceOf(MigrationError);
  expect(failure).toMatchObject({ type: 'Unreachable', retryable: true });
  expect(failure.message).toMatch(
    new RegExp(`did not serve slot ${keySlot(Buffer.from('lost'))} for 2 s: .*(ECONNREFUSED|CLUSTERDOWN)`),
  );
  expect(performance.now() - began).toBeLessThan(5000);
  const waiting = ask(router, [['SET', 'lost', 1]]).catch(error => error);
  router.close();
  expect(await waiting).toMatchObject({ type: 'Unreachable' });
  await cluster.discard();
});

test('a password that the nodes refuse is told at once', async () => {
  const cluster = await startCluster({ primaries: 1, password: 'right' });
  const opening = ClusterRouter.open({ ...endpointOf(cluster.nodes[0] as never), password: 'wrong' });
  await expect(opening).rejects.toMatchObject({ type: 'AuthenticationFailed' });
  await cluster.discard();
});
