import { describe, expect, it } from 'vitest';
import { neededInPerson } from '../../src/preflight/needed-commands.js';
import { audit, fill } from '../lab/index.js';
import { ownKeys, snapshots, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const stage = useStage({ env: { SOURCE_PASSWORD: 'secret' } });

/** Exactly what the migration needs then. */
const userOf = (side: 'source' | 'target') =>
  `migrator on >secret ~* resetchannels -@all ${neededInPerson(side, 70_000).join(' ')}`;
const servers = { source: { users: [userOf('source')] }, target: { users: [userOf('target')] } };
const login = { username: 'migrator', password: 'env:SOURCE_PASSWORD' };
const inputOf = ({ source, target }: Trial) => ({
  source: { url: source.url, ...login },
  target: { url: target.url, ...login },
});
const markOn = (server: Trial['source']) => server.cli('CONFIG', 'GET', 'cluster-announce-ip');

describe.concurrent('a user without rights to ACL users', () => {
  it('migrates, warned of it, and rolls back without losing a write; nothing of it is left', async context => {
    const trial = await stage.trial(context, servers);
    const { source, target } = trial;
    const before = await snapshots(source, target);
    const writers = await trial.write();
    const migration = await trial.start(inputOf(trial));
    await migration.cutOver();
    expect((await migration.step('authentication')).state).toBe('warning');
    expect(await markOn(target)).toContain('migration-');
    await migration.update('rollback');
    const { outcome, report } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(report).toContain('names of connections');
    expect(await takesWrites(source)).toBe(true);
    const { lost, unexpected } = await audit(source, await writers.stop());
    expect([...lost, ...unexpected]).toEqual([]);
    const after = await snapshots(source, target);
    expect(after.map(({ acl }) => acl)).toEqual(before.map(({ acl }) => acl));
    expect(after.map(({ config }) => config['cluster-announce-ip'])).toEqual(['', '']);
    expect(await ownKeys(source)).toEqual([]);
  });

  it('aborts, and both servers are as before', async context => {
    const trial = await stage.trial(context, servers);
    await fill(trial.source, { keys: 100 });
    const before = await snapshots(trial.source, trial.target);
    const migration = await trial.start(inputOf(trial));
    await migration.untilReady();
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    const after = await snapshots(trial.source, trial.target);
    expect(after.map(({ config }) => config)).toEqual(before.map(({ config }) => config));
    expect(after.map(({ acl }) => acl)).toEqual(before.map(({ acl }) => acl));
    expect(after[0]?.role).toBe('master');
  });
});
