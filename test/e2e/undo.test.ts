import { randomUUID } from 'node:crypto';
import { describe, expect, it, type TestContext } from 'vitest';
import type { MigrationInput } from '../../src/contract/input.js';
import { builtFile } from '../lab/built.js';
import { audit, fill, waitFor } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { ownKeys, roleOf, snapshot, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const stage = useStage();

interface Moment {
  when: string;
  input?: Partial<MigrationInput>;
  before?(trial: Trial): Promise<unknown>;
  reach(migration: Migration): Promise<unknown>;
}

const moments: Moment[] = [
  {
    when: 'while a check blocks it',
    before: ({ target }) => target.cli('SET', 'mine', '1'),
    reach: migration => migration.untilBlocked('TargetNotEmpty'),
  },
  {
    when: 'while the target receives the data',
    before: async ({ source }) => {
      await fill(source, { keys: 20_000 });
      await source.cli('CONFIG', 'SET', 'rdb-key-save-delay', '2000');
    },
    reach: migration =>
      migration.until('the full sync', ({ checklist }) =>
        checklist.some(({ step, state }) => step === 'full-sync' && state === 'running'),
      ),
  },
  {
    when: 'paused',
    reach: async migration => {
      await migration.untilReady();
      await migration.update('pause');
      await migration.untilPhase('paused');
    },
  },
  { when: 'ready for the cutover', reach: migration => migration.untilReady() },
];

async function halted({ input, before, reach }: Moment, context: TestContext) {
  const trial = await stage.trial(context);
  await before?.(trial);
  const sourceBefore = await snapshot(trial.source);
  const migration = await trial.start(input);
  await reach(migration);
  return { trial, migration, sourceBefore };
}

async function expectUndone(trial: Trial, sourceBefore: Awaited<ReturnType<typeof snapshot>>): Promise<void> {
  expect(await snapshot(trial.source)).toEqual(sourceBefore);
  expect(await takesWrites(trial.source)).toBe(true);
  expect(await roleOf(trial.target)).toBe('master');
  expect(await ownKeys(trial.target)).toEqual([]);
}

describe.concurrent('cancelling the workflow undoes like abort', () => {
  for (const moment of moments)
    it(moment.when, async context => {
      const { trial, migration, sourceBefore } = await halted(moment, context);
      await migration.handle.cancel();
      const { outcome, status } = await migration.result();
      expect([outcome, status.phase]).toEqual(['aborted', 'aborted']);
      await expectUndone(trial, sourceBefore);
    });

  it('after the promotion it leaves the roles, and says so', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.cutOver();
    await migration.handle.cancel();
    const { status, report } = await migration.result();
    expect(status.notes.join(' ')).toContain('The roles are left as they are');
    expect(report).toContain('The roles are left as they are');
    expect(await takesWrites(trial.target)).toBe(true);
    expect(await trial.source.info('replication')).toMatchObject({
      role: 'slave',
      master_port: `${trial.target.port}`,
    });
  });
});

describe.concurrent('after a termination redisMigrationUndo cleans up', () => {
  for (const moment of moments.slice(1))
    it(moment.when, async context => {
      const { trial, migration, sourceBefore } = await halted(moment, context);
      await migration.terminate();
      const { outcome, notes } = await trial.undo();
      expect(outcome).toBe('undone');
      expect(notes.join(' ')).toContain('keeps the copy');
      await expectUndone(trial, sourceBefore);
      expect(await trial.undo()).toMatchObject({ outcome: 'nothing' });
    });

  it('parked in the middle of a cutover, and no acknowledged write is lost', async context => {
    const trial = await stage.trial(context);
    const taskQueue = `crashing-${randomUUID()}`;
    const env = { CRASH_AFTER: 'park' };
    const entry = builtFile('test/e2e/support/crashing-worker.js');
    const worker = await stage.ownWorker(context, { taskQueue, env, entry });
    const migration = await trial.start({}, { taskQueue });
    await migration.untilReady();
    const writers = await trial.write();
    await migration.signal('cutover');
    await waitFor(() => !worker.running(), { what: 'the worker to crash' });
    expect(await trial.source.info('replication')).toMatchObject({ role: 'slave', master_port: '1' });
    await migration.terminate();
    expect(await trial.undo()).toMatchObject({ outcome: 'undone' });
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await ownKeys(trial.source)).toEqual([]);
    const { lost, duplicated, unexpected } = await audit(trial.source, await writers.stop());
    expect({ lost, duplicated, unexpected }).toEqual({ lost: [], duplicated: [], unexpected: [] });
  });

  it('after the promotion it leaves the roles; with forget a migration the other way starts from there', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start();
    await migration.cutOver();
    await migration.terminate();
    const { outcome, notes } = await trial.undo();
    expect(outcome).toBe('too-late');
    // Nobody is told to empty the server that has the data now.
    const again = await trial.start();
    const { blockers } = await again.untilBlocked('WrongDirection');
    expect(blockers.map(({ type }) => type)).not.toContain('TargetNotEmpty');
    await again.update('abort');
    await again.result();
    expect(notes.join(' ')).toContain('The roles are left as they are');
    expect(await ownKeys(trial.target)).toEqual(['0/__redis-migration:promoted']);
    expect((await trial.undo({ forget: true })).notes.join(' ')).toContain('mark of the promotion was removed');
    expect(await ownKeys(trial.target)).toEqual([]);
    const { source, target } = trial.input();
    const back = await trial.start({ source: target, target: source });
    await back.cutOver();
    expect(await takesWrites(trial.source)).toBe(true);
  });
});
