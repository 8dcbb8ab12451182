import { expect, it } from 'vitest';
import { dataOf, empty, seedOf, useClusters } from '../../copy/clusters.js';
import { fill, type RedisCluster, type RedisServer, waitFor } from '../../lab/index.js';
import { useStage } from '../support/stage.js';
import { copying } from './support.js';

const clusters = useClusters();
const stage = useStage();

const between = async (from: RedisCluster | RedisServer, to: RedisCluster | RedisServer) => ({
  source: { url: (await seedOf(from)).url },
  target: { url: (await seedOf(to)).url },
});

const keysOf = async (cluster: RedisCluster) =>
  [...(await cluster.contents()).keys()].filter(key => key.includes('__redis-migration:')).sort();

it('a cluster goes to another one, while slots of the one move and a primary of the other dies', async context => {
  const trial = await stage.trial(context);
  const { source, target } = clusters;
  await source.fillEveryType();
  await source.fill({ keys: 12_000 });
  const rate = { maxKeysPerSecond: 3000 };
  const migration = await trial.start(copying({ ...(await between(source, target)), method: 'auto', rate }));
  await waitFor(async () => (await target.contents()).size > 2000, { what: 'the first keys', timeoutMs: 30_000 });

  const [first, second] = (await source.primaries()) as [RedisServer, RedisServer];
  const { from } = (await source.slots()).find(({ primary }) => primary === second) as { from: number };
  await source.reshard({ from, to: from + 50, source: second, target: first });
  // Not the one that was named: it is asked for everything else.
  const dying = (await target.primaries())[2] as RedisServer;
  await target.failover(dying, { by: 'kill' });
  await dying.restart();

  const ready = await migration.untilReady();
  expect(ready.method).toBe('dump-restore');
  expect(ready.notes.join('\n')).toMatch(/Method dump-restore\. .*is a node of a cluster/);
  expect(ready.notes.join('\n')).toMatch(/slots of the source moved/);
  expect(ready.verification).toMatchObject({ verdict: 'consistent' });
  await migration.update('cutover');
  await migration.untilPhase('keeping-source');
  expect(await dataOf(target)).toEqual(await dataOf(source));
  expect(await keysOf(target)).toEqual(['0/__redis-migration:plan', '0/__redis-migration:promoted']);

  const again = await trial.start(copying(await between(source, target)));
  expect((await again.untilBlocked('ServerLocked')).blockers).toHaveLength(1);
  await again.update('abort');
  await migration.update('complete');
  expect((await migration.result()).outcome).toBe('completed');
  expect(await keysOf(target)).toEqual(['0/__redis-migration:promoted']);
  expect(await keysOf(source)).toEqual([]);
});

it('what is written to a cluster meanwhile is found and copied, and undone keys go with a rollback', async context => {
  const trial = await stage.trial(context);
  await empty(clusters.source, clusters.target);
  await trial.source.cli('SET', 'key:1', 'old');
  await trial.source.cli('SET', 'key:2', 'old');
  const migration = await trial.start(
    copying({ ...(await between(trial.source, clusters.target)), verification: { repair: true, staleAfter: '0s' } }),
  );
  await migration.untilReady();
  await trial.source.cli('SET', 'key:1', 'new');
  await trial.source.cli('DEL', 'key:2');
  await migration.update('cutover');
  await migration.untilPhase('keeping-source');
  expect(await dataOf(clusters.target)).toEqual(await dataOf(trial.source));
  await migration.update('rollback');
  expect((await migration.result()).outcome).toBe('rolled-back');
  expect(await keysOf(clusters.target)).toEqual([]);
});

it('a fence that clusters refuse, and databases that they do not have, are said before anything is changed', async context => {
  const trial = await stage.trial(context);
  const fenced = await trial.start(
    copying({ ...(await between(clusters.source, clusters.target)), cutover: { fence: 'whole-copy' } }),
  );
  const { blockers } = await fenced.untilBlocked('PreflightFailed');
  expect(blockers[0]?.message).toMatch(/cluster-mode: .*"whole-copy" needs REPLICAOF/);
  expect(blockers[0]?.remedy).toMatch(/verification\.repair true/);
  await fenced.update('abort');
  expect((await fenced.result()).outcome).toBe('aborted');

  await fill(trial.source, { keys: 1, database: 3 });
  const far = await trial.start(copying(await between(trial.source, clusters.target)));
  const { blockers: missing } = await far.untilBlocked('PreflightFailed');
  expect(missing[0]?.message).toMatch(/databases: .*only 1 database, and not 3/);
  expect(missing[0]?.remedy).toMatch(/rename\.databases/);
});
