import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { explainFailure } from '../../src/cli/client/failures.js';
import { defaultTaskQueue, snapshotWorkflowType, workflowTaskTimeout } from '../../src/contract/messages.js';
import type { SnapshotResult } from '../../src/contract/snapshot.js';
import { Terminal } from '../cli/support/terminal.js';
import { fill, fillEveryType, startProxy, waitFor } from '../lab/index.js';
import { dataOf } from './copy/support.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const folder = mkdtempSync(join(tmpdir(), 'redis-migration-snapshots-'));
const allowed = mkdtempSync(join(folder, 'allowed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stage = useStage({ env: { REDIS_MIGRATION_RDB_DIR: allowed } });

/** What there is of a file: itself, and what attempts have left. */
const partsOf = (file: string): string[] => readdirSync(allowed).filter(name => name.startsWith(file));

/** With a migration's whole input. */
async function snapshot(trial: Trial, file: string, ...argv: string[]) {
  const input = join(folder, `${randomUUID()}.json`);
  writeFileSync(input, JSON.stringify(trial.input({ method: 'rdb' })));
  const terminal = new Terminal({ env: { TEMPORAL_ADDRESS: stage.temporal.address } });
  const code = await terminal.run('snapshot', input, file, ...argv);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function start({ onTestFinished }: TestContext, input: unknown, taskQueue: string = defaultTaskQueue) {
  const handle: WorkflowHandle = await stage.client.workflow.start(snapshotWorkflowType, {
    workflowId: `e2e-snapshot-${randomUUID()}`,
    taskQueue,
    workflowTaskTimeout,
    args: [input],
  });
  onTestFinished(() =>
    handle.terminate().then(
      () => undefined,
      () => undefined,
    ),
  );
  return handle;
}

const failureOf = (handle: WorkflowHandle) => handle.result().then(() => null, explainFailure);

/** A source that doesn't come to an end: its snapshot is on its way. */
async function stalled(context: TestContext, trial: Trial, file: string, taskQueue?: string) {
  const proxy = await startProxy({ to: trial.source });
  context.onTestFinished(() => proxy.close());
  proxy.stall();
  const handle = await start(context, { source: { url: `redis://${proxy.address}` }, file }, taskQueue);
  await waitFor(() => partsOf(file).length === 1, { what: 'the beginning' });
  return { proxy, handle };
}

describe.concurrent('redis-migration snapshot', () => {
  it('takes one that a server loads, and says where it is', async context => {
    const trial = await stage.trial(context, { target: { persistence: 'none' } });
    await fillEveryType(trial.source);
    const { code, stdout, stderr } = await snapshot(trial, 'every-type.rdb');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Started redis-snapshot-') });
    expect(stdout).toContain(`every-type.rdb, in REDIS_MIGRATION_RDB_DIR of the worker on ${hostname()}\n`);
    expect(stdout).toMatch(/RDB version \d+, of 127\.0\.0\.1:\d+, whole at .*Z\n/);
    expect(partsOf('every-type.rdb')).toEqual(['every-type.rdb']);
    await trial.target.stop();
    copyFileSync(join(allowed, 'every-type.rdb'), join(trial.target.dir, 'dump.rdb'));
    await trial.target.restart();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('gives its result as JSON', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 10 });
    const { code, stdout } = await snapshot(trial, join(allowed, 'by-path.rdb'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: 'by-path.rdb',
      worker: hostname(),
      bytes: statSync(join(allowed, 'by-path.rdb')).size,
      rdbVersion: expect.any(Number),
      server: trial.source.address,
      at: expect.stringMatching(/Z$/),
    } satisfies SnapshotResult);
  });

  it('refuses a file outside of the folder, and changes nothing', async context => {
    const trial = await stage.trial(context);
    const { code, stderr } = await snapshot(trial, '../outside.rdb');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /SnapshotFailed:\n.*must be a file within .*REDIS_MIGRATION_RDB_DIR.*\nRemedy: .*run this again/,
    );
    expect(readdirSync(folder)).not.toContain('outside.rdb');
  });

  it('refuses every file where the worker allows no folder, and says how to allow one', async context => {
    const trial = await stage.trial(context);
    const taskQueue = 'snapshot-nowhere';
    await stage.ownWorker(context, { taskQueue, env: { REDIS_MIGRATION_RDB_DIR: '' } });
    const { code, stderr } = await snapshot(trial, 'dump.rdb', '--task-queue', taskQueue);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /SnapshotFailed:\n.*allows no directory\.\nRemedy: Set REDIS_MIGRATION_RDB_DIR .*run this again/,
    );
  });
});

describe.concurrent('the workflow redisSnapshot', () => {
  it('names every problem of its input at once', async context => {
    const source = { url: 'redis://127.0.0.1:1', tls: { serverName: 'a' } };
    const failure = await failureOf(await start(context, { source, target: source }));
    expect(failure?.type).toBe('InvalidInput');
    for (const problem of ['target: unknown field', 'file: expected text', 'source.tls: only with'])
      expect(failure?.message).toContain(problem);
  });

  it('begins anew after its worker was killed, and leaves nothing else', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const taskQueue = 'snapshot-killed';
    const worker = await stage.ownWorker(context, { taskQueue });
    const { proxy, handle } = await stalled(context, trial, 'killed.rdb', taskQueue);
    await worker.kill();
    proxy.resume();
    expect(partsOf('killed.rdb')).toEqual([expect.stringMatching(/\.part$/)]);
    await stage.ownWorker(context, { taskQueue });
    expect(await handle.result()).toMatchObject({ file: 'killed.rdb' });
    expect(partsOf('killed.rdb')).toEqual(['killed.rdb']);
  });

  // A source that says nothing is given up by itself after a minute.
  it('leaves nothing when it is cancelled', { timeout: 40_000 }, async context => {
    const trial = await stage.trial(context);
    const { handle } = await stalled(context, trial, 'cancelled.rdb');
    await handle.cancel();
    const error: unknown = await handle.result().catch(caught => caught);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(partsOf('cancelled.rdb')).toEqual([]);
  });
});
