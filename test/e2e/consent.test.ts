import { describe, expect, it, type TestContext } from 'vitest';
import { startProxy } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { roleOf, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();

/** A cutover that can't drain: the target no longer gets what the source writes. */
async function draining(context: TestContext) {
  const trial = await stage.trial(context);
  const { source } = trial;
  const proxy = await startProxy({ to: source });
  context.onTestFinished(() => proxy.close());
  const migration = await trial.start({
    source: { url: source.url, addressForPeer: proxy.address },
    cutover: { drainTimeout: '4s' },
  });
  await migration.untilReady();
  proxy.stall();
  await source.cli('SET', 'on-its-way', '1');
  await migration.signal('cutover');
  await migration.untilPhase('cutting-over');
  return { trial, proxy, migration };
}

const untilRefused = (migration: Migration) =>
  migration.until('the refusal', ({ notes }) => notes.some(note => note.includes('Cutover not carried out')));

describe.concurrent('a consent', () => {
  it('that comes again while it is carried out is dropped, and starts no second cutover after a refusal', async context => {
    const { trial, proxy, migration } = await draining(context);
    expect(await migration.refusal('cutover')).toMatch(/carried out already/);
    expect(await migration.refusal('cutover', { acceptLossBytes: 1 })).toMatch(/carried out already/);
    await migration.signal('cutover');
    const { notes } = await untilRefused(migration);
    expect(notes.join('\n')).toMatch(/signal cutover was dropped: A cutover is being carried out already/);
    expect(notes.join('\n')).toMatch(/DrainTimeout/);

    proxy.resume();
    await migration.untilReady();
    // Longer than any wait of the checklist: a consent that was kept would have been obeyed by now.
    await new Promise(resolve => setTimeout(resolve, 3000));
    expect((await migration.step('cutover')).attempts).toBe(1);
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await roleOf(trial.target)).toMatch(/^slave of/);

    await migration.cutOver();
    expect(await trial.target.cli('GET', 'on-its-way')).toBe('1');
  });

  it('that was refused can be helped by a patch, although nothing is blocked', async context => {
    const { proxy, migration } = await draining(context);
    await untilRefused(migration);
    proxy.resume();
    await migration.untilReady();
    expect(await migration.refusal('retry')).toMatch(/Nothing waits/);
    expect(await migration.update('retry', { patch: { cutover: { drainTimeout: '20s' } } })).toBe('the patch is taken');
    await migration.cutOver();
  });
});
