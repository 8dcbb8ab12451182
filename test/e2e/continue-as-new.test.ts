import { randomUUID } from 'node:crypto';
import { isGrpcServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { audit, fill, waitFor } from '../lab/index.js';
import { runsOf } from './support/history.js';
import type { Migration } from './support/migration.js';
import { takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();
/** gRPC's. */
const failedPrecondition = 9;
/** It begins anew after some 300; while the watch is waited for, more messages come in. */
const mostEventsOfARun = 500;

type Rates = Record<'maxKeysPerSecond' | 'maxBytesPerSecond', Set<number>>;

/** Status keeps some fifty notes, so no more than that may be on their way unseen, of both senders together. */
const mostUnseen = 20;

/** Sends the numbers one after the other as a signal's or an update's rate; resolves to the updates' answers. */
async function sendNumbers(migration: Migration, numbers: number[], seen: Set<number>, as: 'signal' | 'update') {
  const answers: string[] = [];
  for (const [index, n] of numbers.entries()) {
    await waitFor(() => index - seen.size < mostUnseen, { what: 'the rates to be noted', everyMs: 1 });
    if (as === 'signal') await migration.signal('setRate', { maxKeysPerSecond: n });
    else answers.push(await answered(() => migration.update('setRate', { maxBytesPerSecond: n })));
  }
  return answers;
}

/**
 * A signal that comes in while a run ends makes Temporal repeat its last task, and refuse the updates that it held:
 * nothing was done, the sender is told so, and sends it again.
 */
async function answered(send: () => Promise<string>): Promise<string> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const { cause } = error as Error;
      if (!isGrpcServiceError(cause) || cause.code !== failedPrecondition) throw error;
    }
  }
}

/** Adds the rates that are ever noted until then: status keeps the last notes only, so it is looked at all the time. */
async function collectRates(migration: Migration, seen: Rates, until: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  until.then(end, end);
  for (let last = false; !last; ) {
    last = ended;
    const { notes } = await migration.status();
    for (const field of ['maxKeysPerSecond', 'maxBytesPerSecond'] as const)
      for (const [, value] of notes.join('\n').matchAll(new RegExp(`"${field}":(\\d+)`, 'g')))
        seen[field].add(Number(value));
  }
}

/** Signals until the history begins anew. */
async function grow(migration: Migration): Promise<void> {
  const runId = async () => (await migration.newest.describe()).runId;
  const before = await runId();
  for (let n = 1; (await runId()) === before; n++)
    await Promise.all(Array.from({ length: 10 }, () => migration.signal('setRate', { maxKeysPerSecond: n })));
  await waitFor(() => migration.status(), { what: 'the continued run to answer' });
}

async function expectBounded(migration: Migration): Promise<void> {
  const runs = await runsOf(migration);
  expect(runs.length).toBeGreaterThan(1);
  for (const { events } of runs) expect(events).toBeLessThan(mostEventsOfARun);
}

describe.concurrent('a history that has grown begins anew', () => {
  it('without losing one of 200 messages, and the migration is completed afterwards', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start();
    await migration.untilReady();
    const numbers = Array.from({ length: 100 }, (_, n) => n + 1);
    const seen: Rates = { maxKeysPerSecond: new Set(), maxBytesPerSecond: new Set() };
    const sent = Promise.all([
      sendNumbers(migration, numbers, seen.maxKeysPerSecond, 'signal'),
      sendNumbers(migration, numbers, seen.maxBytesPerSecond, 'update'),
    ]);
    await collectRates(migration, seen, sent);
    expect((await sent)[1]).toEqual(numbers.map(() => 'set'));
    const inOrder = (noted: Set<number>) => [...noted].sort((a, b) => a - b);
    expect(inOrder(seen.maxKeysPerSecond)).toEqual(numbers);
    expect(inOrder(seen.maxBytesPerSecond)).toEqual(numbers);
    expect(await migration.control()).toEqual({ paused: false, maxKeysPerSecond: 100, maxBytesPerSecond: 100 });
    await migration.cutOver();
    await migration.update('complete');
    expect((await migration.result()).outcome).toBe('completed');
    await expectBounded(migration);
  });

  it('while it waits for the operator, and while it is paused', async context => {
    const trial = await stage.trial(context);
    await trial.target.cli('SET', 'mine', '1');
    const migration = await trial.start();
    await migration.untilBlocked('TargetNotEmpty');
    await grow(migration);
    expect(await migration.untilBlocked('TargetNotEmpty')).toMatchObject({ phase: 'waiting-for-operator' });
    await migration.update('retry', { patch: { target: { ifNotEmpty: 'wipe' } } });
    await migration.untilReady();
    await migration.update('pause');
    await migration.untilPhase('paused');
    await grow(migration);
    expect((await migration.status()).phase).toBe('paused');
    await trial.source.cli('SET', 'written-while-paused', '1');
    await migration.update('resume');
    await migration.untilReady();
    expect(await trial.target.cli('GET', 'written-while-paused')).toBe('1');
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await takesWrites(trial.source)).toBe(true);
  });

  it('with a kept consent, and in the rollback window, from which it goes back without losing a write', async context => {
    const trial = await stage.trial(context);
    const writers = await trial.write();
    const migration = await trial.start({ cutover: { notBefore: new Date(Date.now() + 11_000).toISOString() } });
    await migration.update('cutover');
    await migration.untilReady();
    await grow(migration);
    await migration.untilPhase('keeping-source');
    await grow(migration);
    expect((await migration.status()).rollback.possible).toBe(true);
    await migration.update('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
    const { lost, duplicated, unexpected } = await audit(trial.source, await writers.stop());
    expect({ lost, duplicated, unexpected }).toEqual({ lost: [], duplicated: [], unexpected: [] });
    await expectBounded(migration);
  });
});

describe.concurrent('without a cache of workflows', () => {
  it('every task is replayed from history, and a migration with its rollback passes', async context => {
    const trial = await stage.trial(context);
    const taskQueue = `uncached-${randomUUID()}`;
    const worker = await stage.ownWorker(context, { taskQueue, env: { REDIS_MIGRATION_WORKFLOW_CACHE: '0' } });
    const migration = await trial.start({}, { taskQueue });
    await migration.untilReady();
    await migration.update('pause');
    await migration.untilPhase('paused');
    await migration.update('resume');
    await migration.cutOver();
    await migration.update('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(worker.output()).not.toMatch(/determinis/i);
  });
});
