import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it, type TestContext } from 'vitest';
import { explainFailure } from '../../src/cli/client/failures.js';
import { heartbeatsOf } from '../../src/cli/client/heartbeats.js';
import { defaultTaskQueue, verifyWorkflowType, workflowTaskTimeout } from '../../src/contract/messages.js';
import type { VerifyInput, VerifyResult, VerifyStatus } from '../../src/contract/verification.js';
import { Terminal } from '../cli/support/terminal.js';
import { fill, waitFor } from '../lab/index.js';
import { useStage } from './support/stage.js';
import type { Trial } from './support/trial.js';

const stage = useStage();

interface Verification {
  handle: WorkflowHandle;
  result(): Promise<VerifyResult>;
  status(): Promise<VerifyStatus>;
  /** Of the latest heartbeat. */
  detail(): Promise<string>;
}

async function start(
  { onTestFinished }: TestContext,
  trial: Trial,
  changes: Partial<VerifyInput> = {},
  taskQueue: string = defaultTaskQueue,
): Promise<Verification> {
  const { source, target } = trial.input();
  const handle = await stage.client.workflow.start(verifyWorkflowType, {
    workflowId: `e2e-verify-${randomUUID()}`,
    taskQueue,
    workflowTaskTimeout,
    args: [{ source, target, ...changes }],
  });
  onTestFinished(() =>
    handle.terminate().then(
      () => undefined,
      () => undefined,
    ),
  );
  return {
    handle,
    result: () => handle.result() as Promise<VerifyResult>,
    status: () => handle.query<VerifyStatus>('status'),
    detail: async () => {
      const [heartbeat] = await heartbeatsOf(stage.client, await handle.describe());
      return String((heartbeat?.detail as { detail?: string } | undefined)?.detail ?? '');
    },
  };
}

const failureOf = async (verification: Verification) =>
  explainFailure(
    await verification.result().then(
      () => null,
      (error: unknown) => error,
    ),
  );

/** Three keys that differ, each in its way, among many. */
async function prepare(trial: Trial, keys = 5000): Promise<void> {
  for (const server of [trial.source, trial.target]) await fill(server, { keys });
  await trial.source.cli('SET', 'key:1', 'changed');
  await trial.target.cli('DEL', 'key:2');
  await trial.target.cli('SET', 'theirs', '1');
}

/** Slow enough to be met while it works. */
const slowly = { rate: { maxKeysPerSecond: 1000 } };

describe.concurrent('the workflow redisVerification', () => {
  it('tells what differs, and changes nothing', async context => {
    const trial = await stage.trial(context);
    await prepare(trial);
    const verification = await start(context, trial);
    const { report, ...result } = await verification.result();
    expect(result).toMatchObject({
      verdict: 'different',
      passed: false,
      compared: 5001,
      different: 1,
      missing: 1,
      extra: 1,
      repaired: 0,
      at: expect.stringMatching(/Z$/),
      offset: expect.any(Number),
    });
    expect(result.examples.toSorted()).toEqual([
      'db 0: "key:1" (different)',
      'db 0: "key:2" (missing)',
      'db 0: "theirs" (extra)',
    ]);
    expect(report).toContain('- **Only on the target:** 1');
    expect(report).toContain('`db 0: "key:2" (missing)`');
    expect(await verification.status()).toMatchObject({ phase: 'ended', verification: { verdict: 'different' } });
    expect(await trial.target.cli('EXISTS', 'key:2')).toBe('0');
  });

  it('mends what differs where that is asked for, and deletes nothing', async context => {
    const trial = await stage.trial(context);
    await prepare(trial);
    const { suspects, ...result } = (await (
      await start(context, trial, { verification: { repair: true, minimumConsistency: 0.99 } })
    ).result()) as VerifyResult & { suspects?: unknown };
    expect(result).toMatchObject({
      verdict: 'different',
      passed: true,
      extra: 1,
      different: 0,
      missing: 0,
      repaired: 2,
    });
    expect(suspects).toBeUndefined();
    expect(await trial.target.cli('GET', 'key:1')).toBe('changed');
    expect(await trial.target.cli('EXISTS', 'theirs')).toBe('1');
  });

  it('looks at what the input selects, under its other name', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100, prefix: 'a' });
    await fill(trial.source, { keys: 100, prefix: 'other' });
    const selection = { filter: { match: ['a:*'] }, rename: { databases: { 0: 3 }, prefix: { from: 'a:', to: 'b:' } } };
    const input = { ...selection, filter: { ...selection.filter, databases: [0] } };
    const first = await (await start(context, trial, { ...input, verification: { repair: true } })).result();
    expect(first).toMatchObject({ verdict: 'consistent', passed: true, compared: 100, repaired: 100 });
    expect((await trial.target.info('keyspace')).db3).toMatch(/^keys=100,/);
    expect(await (await start(context, trial, input)).result()).toMatchObject({ verdict: 'consistent', compared: 100 });
  });

  it('is paused, resumed and sped up while it works', async context => {
    const trial = await stage.trial(context);
    await prepare(trial, 20_000);
    const verification = await start(context, trial, slowly);
    const { handle } = verification;
    await waitFor(async () => /keys read/.test(await verification.detail()), { what: 'some keys to be read' });
    await handle.executeUpdate('pause');
    expect(await verification.status()).toMatchObject({ phase: 'paused' });
    await expect(handle.executeUpdate('pause')).rejects.toMatchObject({ cause: { message: 'It is paused already.' } });
    let before = await verification.detail();
    await waitFor(
      async () => {
        const [last, now] = [before, await verification.detail()];
        before = now;
        return last === now;
      },
      { what: 'it to stand still', everyMs: 2500 },
    );
    await handle.signal('setRate', { maxKeysPerSecond: null });
    await handle.signal('resume');
    expect(await verification.result()).toMatchObject({ compared: 20_001, different: 1, missing: 1, extra: 1 });
  });

  it('goes on elsewhere, from where it was, when its worker dies', async context => {
    const trial = await stage.trial(context);
    await prepare(trial, 20_000);
    const taskQueue = `verify-${randomUUID()}`;
    const first = await stage.ownWorker(context, { taskQueue });
    // 200 keys a page, 100 pages.
    const verification = await start(context, trial, { rate: { maxKeysPerSecond: 2000 } }, taskQueue);
    const read = async () => Number(/(\d+) of/.exec(await verification.detail())?.[1]);
    await waitFor(read, {
      what: 'most keys to be read',
      timeoutMs: 30_000,
      everyMs: 200,
      until: keys => keys > 14_000,
    });
    await first.kill();
    await verification.handle.signal('setRate', { maxKeysPerSecond: null });
    await stage.ownWorker(context, { taskQueue });
    expect(await verification.result()).toMatchObject({ compared: 20_001, different: 1, missing: 1, extra: 1 });
    const { cmdstat_scan: scans } = await trial.source.info('commandstats');
    // From the beginning it would have been 70 more at least.
    expect(Number(/calls=(\d+)/.exec(scans ?? '')?.[1])).toBeLessThan(140);
  });

  it('is refused with every problem at once', async context => {
    const trial = await stage.trial(context);
    const { type, message } = await failureOf(
      await start(context, trial, {
        filter: { types: ['nothing'] },
        rename: { databases: { 0: 1, 2: 1 } },
        verification: { mode: 'none', rounds: 0 },
        cutover: { mode: 'sometimes' },
        filtre: {},
      } as Partial<VerifyInput>),
    );
    expect(type).toBe('InvalidInput');
    expect(message.split('\n').map(line => line.replace(/:.*/, ''))).toEqual([
      'filtre',
      'filter.types[0]',
      'verification.rounds',
      'rename.databases',
      'verification.mode',
    ]);
  });

  it('mends nothing that a migration holds, or that was promoted', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start();
    await migration.untilReady();
    const repair = { verification: { repair: true } };
    const replica = await failureOf(await start(context, trial, repair));
    expect(replica).toMatchObject({ type: 'WritesRefused', message: expect.stringContaining('is a replica') });
    expect(await (await start(context, trial)).result()).toMatchObject({ verdict: 'consistent' });
    await migration.cutOver();
    const promoted = await failureOf(await start(context, trial, repair));
    expect(promoted).toMatchObject({ type: 'WrongDirection' });
  });

  it('holds both servers while it mends', async context => {
    const trial = await stage.trial(context);
    await prepare(trial, 10_000);
    const first = await start(context, trial, { ...slowly, verification: { repair: true } });
    await waitFor(async () => (await first.status()).phase === 'verifying', { what: 'it to begin' });
    const second = await failureOf(await start(context, trial, { verification: { repair: true } }));
    expect(second).toMatchObject({ type: 'ServerLocked', message: expect.stringContaining(first.handle.workflowId) });
    await first.handle.signal('setRate', { maxKeysPerSecond: null });
    expect(await first.result()).toMatchObject({ repaired: 2 });
  });
});

describe.concurrent('redis-migration verify', () => {
  async function verify(context: TestContext, trial: Trial, input: object, ...argv: string[]) {
    const directory = await mkdtemp(join(tmpdir(), 'verify-'));
    context.onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'input.json');
    await writeFile(file, JSON.stringify({ ...trial.input(), ...input }));
    const terminal = new Terminal({ env: { TEMPORAL_ADDRESS: stage.temporal.address } });
    const code = await terminal.run('verify', file, ...argv);
    return { code, stdout: terminal.stdout, stderr: terminal.stderr, lines: terminal.lines };
  }

  it('takes the input of a migration, and tells the verdict by its exit code', async context => {
    const trial = await stage.trial(context);
    await prepare(trial);
    const found = await verify(context, trial, { method: 'replication', cutover: { mode: 'auto' } });
    expect(found).toMatchObject({ code: 9, stderr: expect.stringContaining('Started redis-verification-') });
    expect(found.lines).toEqual([
      'Different.',
      '  compared 5001, different 1, missing 1, extra 1, still changing 0, repaired 0',
      expect.stringMatching(/^ {2}consistency 0\.999\d*, true at .*Z, the source's offset \d+$/),
      expect.stringMatching(/^ {2}db 0: /),
      expect.stringMatching(/^ {2}db 0: /),
      expect.stringMatching(/^ {2}db 0: /),
      expect.stringMatching(/^To copy again .*: redis-migration verify INPUT\.json --set verification\.repair=true$/),
    ]);
    await trial.target.cli('DEL', 'theirs');
    const mended = await verify(context, trial, {}, '--set', 'verification.repair=true', '--json');
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({ verdict: 'consistent', repaired: 2 });
    expect(await verify(context, trial, {})).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Consistent/) });
  });

  it('refuses what it can not read, and what a server refuses', async context => {
    const trial = await stage.trial(context);
    const mistyped = await verify(context, trial, { filtre: { match: ['a*'] } });
    expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('filtre: unknown field') });
    await fill(trial.source, { keys: 1 });
    await trial.source.cli('ACL', 'SETUSER', 'default', '-scan');
    const denied = await verify(context, trial, {});
    expect(denied.code).toBe(1);
    expect(denied.stderr).toMatch(/PermissionMissing:\n.*SCAN.*\nRemedy: .* run this again/s);
  });
});
