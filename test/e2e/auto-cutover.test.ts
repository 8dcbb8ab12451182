import { expect, it } from 'vitest';
import { audit, startProxy } from '../lab/index.js';
import { roleOf, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();

it('an automatic cutover that never drains asks the operator after three attempts, and goes on once it may', async context => {
  const trial = await stage.trial(context);
  const proxy = await startProxy({ to: trial.source, delayMs: 60 });
  context.onTestFinished(() => proxy.close());
  const writers = await trial.write();
  const migration = await trial.start({
    source: { ...trial.input().source, addressForPeer: proxy.address },
    cutover: { mode: 'auto', drainTimeout: '10ms' },
  });
  const { blockers, notes, nextSteps } = await migration.untilBlocked('DrainTimeout');
  expect(blockers).toMatchObject([{ step: 'cutover', message: expect.stringContaining('3 cutovers') }]);
  expect(notes.filter(note => note.includes('Cutover not carried out'))).toHaveLength(3);
  expect(nextSteps.map(({ message }) => message)).toContain('retry');
  expect(await roleOf(trial.source)).toBe('master');
  expect(await takesWrites(trial.source)).toBe(true);

  proxy.delayMs = 0;
  await migration.update('retry', { patch: { cutover: { drainTimeout: '10s' } } });
  await migration.untilPhase('observing', 'keeping-source');
  const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
  expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
});
