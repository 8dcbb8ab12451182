import { describe, expect, it, type TestContext } from 'vitest';
import type { ObserveInput } from '../../src/contract/input.js';
import type { RedisServer } from '../lab/index.js';
import { takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();

/** An application that meets errors on a server, until the test is over. */
function failOn(server: RedisServer, { onTestFinished }: TestContext): void {
  let over = false;
  const failing = (async () => {
    const connection = await server.connect();
    await connection.send('SET', 'text', 'no number');
    while (!over) await connection.pipeline(Array.from({ length: 20 }, () => ['INCR', 'text']));
    connection.close();
  })().catch(() => undefined); // the server closes what is left on it when it is demoted
  onTestFinished(async () => {
    over = true;
    await failing;
  });
}

async function worsened(context: TestContext, onRegression: NonNullable<ObserveInput['onRegression']>) {
  const trial = await stage.trial(context);
  const migration = await trial.start({
    cutover: { mode: 'auto' },
    observe: { duration: '3s', maxErrorRate: 0.1, maxLatency: '10s', onRegression },
  });
  await migration.untilPhase('observing');
  failOn(trial.target, context);
  return { trial, migration };
}

describe.concurrent('errors on the target', () => {
  it('make the migration go back by itself when it was told to', async context => {
    const { trial, migration } = await worsened(context, 'rollback');
    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(status.notes.join(' ')).toContain('Rolling back by observe.onRegression');
    expect(report).toMatch(/fail/i);
    expect(await takesWrites(trial.source)).toBe(true);
  });

  it('are shown to the operator, who may stay', async context => {
    const { trial, migration } = await worsened(context, 'wait');
    const { blockers, nextSteps } = await migration.untilBlocked('RegressionObserved');
    expect(blockers[0]).toMatchObject({ step: 'observe', message: expect.stringMatching(/fail/i) });
    expect(nextSteps.map(({ message }) => message)).toEqual(['retry', 'complete', 'rollback']);
    await migration.update('complete');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.checklist.find(({ step }) => step === 'observe')).toMatchObject({ state: 'warning' });
    expect(await takesWrites(trial.target)).toBe(true);
  });

  it('are shown to the operator, who may go back', async context => {
    const { trial, migration } = await worsened(context, 'wait');
    await migration.untilBlocked('RegressionObserved');
    await migration.signal('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
  });
});
