import { describe, expect, it, type TestContext } from 'vitest';
import { startRedis } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { snapshots } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const stage = useStage();

/** The holder is ready for its cutover; the second wants its source for another target. */
async function contended(context: TestContext, trial: Trial) {
  const other = await startRedis();
  context.onTestFinished(() => other.discard());
  const holder = await trial.start();
  await holder.untilReady();
  const second = await trial.start({ target: { url: other.url } });
  const { blockers } = await second.untilBlocked('ServerLocked');
  return { holder, second, other, blocker: blockers[0] };
}

const ends: Array<{ how: string; end(holder: Migration): Promise<unknown> }> = [
  {
    how: 'is aborted',
    end: async holder => {
      await holder.update('abort');
      await holder.result();
    },
  },
  {
    how: 'is cancelled',
    end: async holder => {
      await holder.handle.cancel();
      await holder.result();
    },
  },
];

describe.concurrent('a server that a migration holds', () => {
  for (const { how, end } of ends)
    it(`is refused to a second one, which names the holder, and goes on by retry when the first ${how}`, async context => {
      const trial = await stage.trial(context);
      const { holder, second, other, blocker } = await contended(context, trial);
      expect(blocker).toMatchObject({ step: 'connectivity', message: expect.stringContaining(holder.id) });
      expect(blocker?.remedy).toContain('retry');
      const before = await snapshots(trial.source, other);
      await second.update('retry');
      await second.until(
        'a second refusal',
        ({ checklist, phase }) => checklist.some(({ attempts }) => attempts === 2) && phase === 'waiting-for-operator',
      );
      expect(await snapshots(trial.source, other)).toEqual(before);
      expect((await holder.status()).canCutOver).toBe(true);
      await end(holder);
      await second.update('retry');
      await second.untilReady();
    });

  it('is free again for a second one when the first has been terminated and undone', async context => {
    const trial = await stage.trial(context);
    const { holder, second } = await contended(context, trial);
    await holder.terminate();
    await trial.undo();
    await second.update('retry');
    await second.untilReady();
  });

  it('is free again when the first is completed: its target may be migrated on', async context => {
    const trial = await stage.trial(context);
    const first = await trial.start();
    await first.cutOver();
    const third = await startRedis();
    context.onTestFinished(() => third.discard());
    const next = await trial.start({ source: { url: trial.target.url }, target: { url: third.url } });
    const { blockers } = await next.untilBlocked('ServerLocked');
    expect(blockers[0]?.message).toContain(`The source is held by the migration ${first.id}`);
    await first.update('complete');
    await first.result();
    await next.update('retry');
    await next.cutOver();
  });

  it('is held by its target side too, and aborting the refused one leaves the holder alone', async context => {
    const trial = await stage.trial(context);
    const holder = await trial.start();
    await holder.untilReady();
    const other = await startRedis();
    context.onTestFinished(() => other.discard());
    const second = await trial.start({ source: { url: other.url } });
    const { blockers } = await second.untilBlocked('ServerLocked');
    expect(blockers[0]?.message).toContain(`The target is held by the migration ${holder.id}`);
    await second.update('abort');
    expect((await second.result()).outcome).toBe('aborted');
    await holder.cutOver();
  });

  it('is not locked against a migration of the same name that starts again', async context => {
    const trial = await stage.trial(context);
    const first = await trial.start();
    await first.untilReady();
    await first.update('abort');
    await first.result();
    await trial.target.cli('FLUSHALL');
    const again = await trial.start({}, { workflowId: first.id });
    await again.untilReady();
  });
});
