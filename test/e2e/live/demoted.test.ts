import { describe, expect, it } from 'vitest';
import { type RedisServer, replicate, startRedis, untilInSync, waitFor } from '../../lab/index.js';
import { ownKeys } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';

const stage = useStage();

async function failOver({ from, to }: { from: RedisServer; to: RedisServer }): Promise<void> {
  await from.cli('FAILOVER', 'TO', to.host, String(to.port));
  await untilInSync({ to: from });
}

const hasKey = (server: RedisServer, key: string) =>
  waitFor(async () => (await server.cli('GET', key)) === 'x', { what: `${key} on the target` });

describe('a source that is demoted while a target is fed', () => {
  it('is followed on, with what its new primary takes; there is no cutover until it is the primary again', async context => {
    const trial = await stage.trial(context);
    const other = await startRedis();
    context.onTestFinished(() => other.discard());
    await replicate({ from: trial.source, to: other });
    const migration = await trial.start({ method: 'live', observe: { duration: '0s', maxLatency: '10s' } });
    await migration.untilReady();
    await trial.source.cli('SET', 'before', 'x');
    await failOver({ from: trial.source, to: other });
    const following = `The source was demoted; following ${other.address} through it.`;
    const { blockers, canCutOver } = await migration.until('that it is followed', status =>
      status.blockers.some(({ message }) => message === following),
    );
    expect(blockers).toMatchObject([{ step: 'replicate', type: 'SourceChanged' }]);
    expect(canCutOver).toBe(false);
    await migration.update('cutover');
    await other.cli('SET', 'on-the-new-primary', 'x');
    await hasKey(trial.target, 'on-the-new-primary');
    await migration.update('retry');
    await migration.untilBlocked('SourceChanged');
    expect((await migration.status()).cutover).toBeNull();
    await failOver({ from: other, to: trial.source });
    await trial.source.cli('SET', 'back-again', 'x');
    const { notes } = await migration.untilPhase('keeping-source');
    expect(notes.filter(note => /was demoted/.test(note))).toHaveLength(1);
    for (const key of ['before', 'on-the-new-primary', 'back-again']) await hasKey(trial.target, key);
  });

  it('is asked about where its history is another one, and left as it is by an abort', async context => {
    const trial = await stage.trial(context);
    const other = await startRedis();
    context.onTestFinished(() => other.discard());
    const migration = await trial.start({ method: 'live' });
    await migration.untilReady();
    await trial.source.cli('SET', 'before', 'x');
    await hasKey(trial.target, 'before');
    await other.cli('SET', 'of-another', 'x');
    await replicate({ from: other, to: trial.source });
    // While the source takes its new primary's dataset its link is down, and that is what is said.
    await migration.until('the question', ({ blockers }) =>
      blockers.some(({ step, message }) => step === 'replicate' && /with another history/.test(message)),
    );
    await migration.until('what the worker met', ({ blockers }) =>
      blockers.some(({ step, message }) => step === 'full-sync' && /is a replica of/.test(message)),
    );
    expect(await trial.target.cli('EXISTS', 'of-another')).toBe('0');
    expect(await trial.target.cli('EXISTS', 'before')).toBe('1');
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await ownKeys(trial.target)).toEqual([]);
    expect(await migration.report()).toContain(`The source is a replica of ${other.address} now.`);
  });

  it('and then lost is no loss to be accepted: its new primary takes writes', { timeout: 120_000 }, async context => {
    const trial = await stage.trial(context);
    const other = await startRedis();
    context.onTestFinished(() => other.discard());
    await replicate({ from: trial.source, to: other });
    const migration = await trial.start({ method: 'live' });
    await migration.untilReady();
    await failOver({ from: trial.source, to: other });
    await migration.untilBlocked('SourceChanged');
    await trial.source.kill();
    await migration.update('cutover', { acceptLossBytes: 100_000 });
    await migration.until('the loss to be noticed', ({ notes }) => notes.some(note => /can't be reached/.test(note)));
    const { blockers, cutover, checklist } = await migration.status();
    expect(blockers.find(({ step }) => step === 'replicate')?.type).toBe('SourceChanged');
    expect(checklist.find(({ step }) => step === 'cutover')?.state).toBe('pending');
    expect(cutover).toBeNull();
    await trial.source.restart();
    await trial.source.cli('REPLICAOF', other.host, String(other.port));
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
  });
});
