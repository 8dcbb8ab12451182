import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { MigrationInput } from '../../src/contract/input.js';
import type { StepName } from '../../src/contract/steps.js';
import { audit, fill, startProxy, waitFor } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { ownKeys, roleOf, snapshot, snapshots, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const stage = useStage();

/** How a migration is brought to a halt before the end of a step. */
interface Halt {
  step: StepName;
  halfway: string;
  input?(trial: Trial): Partial<MigrationInput>;
  before?(trial: Trial): Promise<unknown>;
  /** @default until the step is running or failed */
  reach?(migration: Migration, trial: Trial): Promise<unknown>;
}

const inStep = (step: StepName) => (migration: Migration) =>
  migration.until(`step ${step}`, ({ checklist }) =>
    checklist.some(entry => entry.step === step && ['running', 'failed'].includes(entry.state)),
  );

const halts: Halt[] = [
  {
    step: 'connectivity',
    halfway: 'blocked by a peer address where nobody is',
    input: ({ source }) => ({ source: { url: source.url, addressForPeer: '127.0.0.1:1' } }),
    reach: migration => migration.untilPhase('waiting-for-operator'),
  },
  {
    step: 'resources',
    halfway: 'blocked by a target that is too small',
    before: async ({ source, target }) => {
      await fill(source, { keys: 20_000, bytes: 500 });
      await target.cli('CONFIG', 'SET', 'maxmemory', '5mb');
    },
    reach: migration => migration.untilPhase('waiting-for-operator'),
  },
  {
    step: 'authentication',
    halfway: 'blocked by an application user that the target lacks',
    before: ({ source }) => source.cli('ACL', 'SETUSER', 'shop', 'on', '>of-the-shop', '~*', '+@all'),
    reach: migration => migration.untilPhase('waiting-for-operator'),
  },
  {
    step: 'compatibility',
    halfway: 'blocked by a target that has data',
    before: ({ target }) => target.cli('SET', 'mine', '1'),
    reach: migration => migration.untilBlocked('TargetNotEmpty'),
  },
  { step: 'rehearsal', halfway: 'while it measures' },
  {
    step: 'full-sync',
    halfway: 'while the target receives the data',
    before: async ({ source }) => {
      await fill(source, { keys: 20_000 });
      await source.cli('CONFIG', 'SET', 'rdb-key-save-delay', '2000');
    },
  },
  {
    step: 'full-sync',
    halfway: 'paused',
    before: async ({ source }) => {
      await fill(source, { keys: 20_000 });
      await source.cli('CONFIG', 'SET', 'rdb-key-save-delay', '2000');
    },
    reach: async migration => {
      await inStep('full-sync')(migration);
      await migration.update('pause');
      await migration.untilPhase('paused');
    },
  },
  {
    step: 'verify',
    halfway: 'while it compares slowly',
    input: () => ({ rate: { maxKeysPerSecond: 100 } }),
    before: ({ source }) => fill(source, { keys: 20_000 }),
  },
  { step: 'prepare-cutover', halfway: 'ready for the cutover', reach: migration => migration.untilReady() },
  {
    step: 'prepare-cutover',
    halfway: 'with a consent that waits for its window',
    input: () => ({ cutover: { notBefore: new Date(Date.now() + 3_600_000).toISOString() } }),
    reach: async migration => {
      await migration.update('cutover');
      await migration.untilReady();
    },
  },
];

describe.concurrent('abort leaves the source as it was, and says what stays on the target', () => {
  for (const { step, halfway, input, before, reach = inStep(step) } of halts)
    it(`in ${step}, ${halfway}`, async context => {
      const trial = await stage.trial(context);
      await before?.(trial);
      const sourceBefore = await snapshot(trial.source);
      const migration = await trial.start(input?.(trial));
      await reach(migration, trial);
      await migration.update('abort', { reason: `stopped in ${step}` });
      const { outcome, status, report } = await migration.result();
      expect(outcome).toBe('aborted');
      expect(report).toContain(`stopped in ${step}`);
      expect(await snapshot(trial.source)).toEqual(sourceBefore);
      expect(await takesWrites(trial.source)).toBe(true);
      expect(await roleOf(trial.target)).toBe('master');
      expect(await ownKeys(trial.target)).toEqual([]);
      const replicated = status.checklist.some(entry => entry.step === 'replicate' && entry.state === 'undone');
      if (replicated) expect(status.notes.join(' ')).toContain(`The target ${trial.target.address} is a master`);
    });

  it('sent together with the start', async context => {
    const trial = await stage.trial(context);
    const before = await snapshots(trial.source, trial.target);
    const migration = await trial.startWithSignal('abort', { reason: 'a slip' });
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('aborted');
    expect(status.checklist.every(({ state }) => state !== 'running' && state !== 'failed')).toBe(true);
    expect(await snapshots(trial.source, trial.target)).toEqual(before);
  });

  it('in the middle of a drain that never ends', async context => {
    const trial = await stage.trial(context);
    const proxy = await startProxy({ to: trial.source });
    context.onTestFinished(() => proxy.close());
    const sourceBefore = await snapshot(trial.source);
    const { source } = trial.input();
    const migration = await trial.start({
      source: { ...source, addressForPeer: proxy.address },
      cutover: { drainTimeout: '20s', maxLagBytes: '1MiB' },
    });
    await migration.untilReady();
    proxy.stall();
    await trial.source.cli('SET', 'never-arrives', '1');
    await migration.update('cutover');
    await waitFor(async () => !(await takesWrites(trial.source)), { what: 'the fence' });
    await migration.update('abort');
    const { outcome } = await migration.result();
    expect(outcome).toBe('aborted');
    expect(await takesWrites(trial.source)).toBe(true);
    await trial.source.cli('DEL', 'never-arrives');
    expect(await snapshot(trial.source)).toEqual(sourceBefore);
  });
});

describe.concurrent('abort that races with the cutover', () => {
  for (const delayMs of [0, 30, 80])
    it(`sent ${delayMs} ms after it, either undoes it or comes too late, and nothing is lost`, async context => {
      const trial = await stage.trial(context);
      const writers = await trial.write();
      const migration = await trial.start();
      await migration.untilReady();
      await migration.signal('cutover');
      await sleep(delayMs);
      await migration.signal('abort');
      const { phase, notes } = await migration.untilPhase('aborted', 'observing', 'keeping-source');
      const [master, other] = phase === 'aborted' ? [trial.source, trial.target] : [trial.target, trial.source];
      if (phase !== 'aborted') expect(notes.join(' ')).toMatch(/abort/i);
      expect(await takesWrites(master)).toBe(true);
      if (phase !== 'aborted') expect(await takesWrites(other)).toBe(false);
      const { lost, duplicated, unexpected } = await audit(master, await writers.stop());
      expect({ lost, duplicated, unexpected }).toEqual({ lost: [], duplicated: [], unexpected: [] });
    });
});
