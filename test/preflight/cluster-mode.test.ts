import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseMethod } from '../../src/preflight/choose-method.js';
import { clusterMode } from '../../src/preflight/cluster-mode.js';
import { sameServer } from '../../src/preflight/same-server.js';
import { targetPermissions } from '../../src/preflight/target-permissions.js';
import { type RedisCluster, type RedisServer, startCluster, startRedis } from '../lab/index.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a node of a cluster is refused on either side', async () => {
  const [single, node] = await startPair({}, { config: { 'cluster-enabled': 'yes' } });
  expect(brief(await clusterMode(await contextOf(single, node)))).toEqual(['source pass', 'target failure (final)']);
  expect(brief(await clusterMode(await contextOf(node, single)))).toEqual(['source failure (final)', 'target pass']);
});

test('MIGRATE of many keys is refused there as well', async () => {
  const [single, node] = await startPair({}, { config: { 'cluster-enabled': 'yes' } });
  const results = await clusterMode(await contextOf(single, node, { input: { method: 'migrate' } }));
  expect(brief(results)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(results)).toMatch(/MIGRATE of many keys.*dump-restore/);
});

describe('a copy by DUMP and RESTORE', () => {
  let cluster: RedisCluster;
  let alone: RedisServer;
  beforeAll(async () => {
    [cluster, alone] = await Promise.all([startCluster({ primaries: 2, replicas: 0 }), startRedis()]);
  });
  afterAll(() => Promise.all([cluster?.discard(), alone?.discard()]));
  const input = { method: 'dump-restore' } as const;
  const node = (n: number): RedisServer => cluster.nodes[n] as RedisServer;

  test('takes a cluster that serves all slots, on either side', async () => {
    expect(brief(await clusterMode(await contextOf(node(0), alone, { input })))).toEqual([
      'source pass',
      'target pass',
    ]);
    expect(brief(await clusterMode(await contextOf(alone, node(1), { input })))).toEqual([
      'source pass',
      'target pass',
    ]);
  });

  test.each(['park', 'whole-copy'] as const)(
    'fence %s is refused at a source only, and repair is named',
    async fence => {
      const fenced = { ...input, cutover: { fence } };
      const results = await clusterMode(await contextOf(node(0), alone, { input: fenced }));
      expect(brief(results)).toEqual(['source failure (final)', 'target pass']);
      expect(results[0]?.remedy).toMatch(/verification\.repair true/);
      expect(brief(await clusterMode(await contextOf(alone, node(0), { input: fenced })))).toEqual([
        'source pass',
        'target pass',
      ]);
    },
  );

  test('auto comes to it, and says why', async () => {
    const { method, why } = await chooseMethod(await contextOf(node(0), alone));
    expect(method).toBe('dump-restore');
    expect(why).toMatch(/is a node of a cluster .*REPLICAOF is refused/);
  });

  test('two nodes of one cluster are the same server', async () => {
    const results = await sameServer(await contextOf(node(0), node(1), { input }));
    expect(brief(results)).toEqual(['both failure (final)']);
    expect(texts(results)).toMatch(/one and the same cluster/);
  });

  test('a right that is missing on one node only is named with that node', async () => {
    for (const each of [node(0), node(1)])
      await each.cli(
        'ACL',
        'SETUSER',
        'copier',
        'on',
        '>secret',
        '~*',
        '+@all',
        ...(each === node(1) ? ['-restore'] : []),
      );
    const targetLogin = { username: 'copier', password: 'secret' };
    const results = await targetPermissions(await contextOf(alone, node(0), { input, targetLogin }));
    expect(brief(results)).toEqual(['target failure']);
    expect(texts(results)).toMatch(new RegExp(`${node(1).address} .*: RESTORE`));
  });

  test('a primary that is gone is named', async () => {
    await node(1).kill();
    const results = await clusterMode(await contextOf(alone, node(0), { input }));
    expect(brief(results)).toEqual(['source pass', 'target failure']);
    expect(texts(results)).toMatch(new RegExp(`can't all be asked: .*${node(1).address}`));
  });
});
