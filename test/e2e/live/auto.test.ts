import { describe, expect, it } from 'vitest';
import { neededRules, type Task } from '../../../src/preflight/needed-commands.js';
import { audit, fill, serverVersions } from '../../lab/index.js';
import { takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';

const stage = useStage({ env: { SOURCE_PASSWORD: 'secret' } });

const task: Task = { method: 'live', migrate: { move: false }, cutover: { fence: 'auto' } };
/** Exactly what `live` needs then. */
const userOf = (side: 'source' | 'target', level: number) =>
  `migrator on >secret ~* resetchannels -@all ${neededRules(side, level, task).join(' ')}`;
const login = { username: 'migrator', password: 'env:SOURCE_PASSWORD' };

describe.skipIf(!serverVersions().includes('6.2'))('auto, to a target that is older', () => {
  it('follows the source by a worker with no more rights than it asks for, loses nothing, and comes back', async context => {
    const trial = await stage.trial(context, {
      source: { version: '7.0', users: [userOf('source', 70_000)] },
      target: { version: '6.2', users: [userOf('target', 60_200)] },
    });
    const { source, target } = trial;
    await fill(source, { keys: 2000 });
    const writers = await trial.write({ count: 2, ratePerWriter: 200 });
    const migration = await trial.start({
      source: { url: source.url, ...login },
      target: { url: target.url, ...login },
      observe: { duration: '0s', maxLatency: '10s' },
    });
    const { method, notes } = await migration.untilReady();
    expect(method).toBe('live');
    expect(notes.join('\n')).toMatch(/Method live\. A worker follows the source .* the target is older/);
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    expect(await takesWrites(source)).toBe(false);
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await migration.update('rollback');
    const { outcome, report } = await migration.result();
    expect(outcome).toBe('rolled-back');
    const { lost, duplicated, unexpected } = await audit(source, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
    for (const check of ['spool-disk', 'stream-commands']) expect(report).toContain(check);
  });
});
