import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHook } from '../../src/hooks/run-hook.js';
import { createRedactor } from '../../src/server/redact.js';
import { context, errorOf, nodeHook, options, shellHook } from './runs.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'hooks-'));
});
afterAll(() => rm(dir, { recursive: true }));

const key = 'migrate-old-new:switch:3';

describe('what a command is given', () => {
  test('the context as JSON on standard input', async () => {
    const { output } = await runHook(shellHook('cat'), context, options());
    expect(JSON.parse(output)).toEqual({ ...context, idempotencyKey: key });
  });

  test('a few variables, those of its configuration, and nothing else of the worker', async () => {
    const env = { PATH: '/bin:/usr/bin', HOME: '/home/me', SOURCE_PASSWORD: 'hunter2', NODE_OPTIONS: '--inspect' };
    const hook = nodeHook('console.log(JSON.stringify(process.env))', { env: { APP: 'a b', HOME: '/srv' } });
    const { output } = await runHook(hook, context, options({ env, redactor: createRedactor() }));
    expect(JSON.parse(output)).toEqual({
      PATH: '/bin:/usr/bin',
      HOME: '***',
      APP: 'a b',
      MIGRATION_WORKFLOW_ID: 'migrate-old-new',
      MIGRATION_HOOK: 'dns',
      MIGRATION_HOOK_POINT: 'switch',
      MIGRATION_METHOD: 'replication',
      MIGRATION_SOURCE: 'old:6379',
      MIGRATION_TARGET: '[::1]:6380',
      MIGRATION_IDEMPOTENCY_KEY: key,
    });
  });

  test('its arguments as they are: no shell reads them', async () => {
    const args = ['$HOME', '; rm -rf /', '*', "a'b", '$(id)'];
    const hook = nodeHook('console.log(JSON.stringify(process.argv.slice(1)))');
    const { output } = await runHook(
      { ...hook, command: [...hook.command, '--', ...args] as never },
      context,
      options(),
    );
    expect(JSON.parse(output)).toEqual(args);
  });

  test('it need not read its input', async () => {
    const large = { ...context, workflowId: 'x'.repeat(100_000) };
    expect(await runHook(shellHook('exec 0<&-; echo done'), large, options())).toEqual({ output: 'done' });
  });
});

describe('what a command says', () => {
  test('is its last 4 KiB, of both outputs', async () => {
    const { output } = await runHook(nodeHook("process.stdout.write('a'.repeat(1e6) + 'end')"), context, options());
    expect(output).toBe(`${'a'.repeat(4_093)}end`);
    expect(await runHook(shellHook('echo one; echo two >&2'), context, options())).toEqual({ output: 'one\ntwo' });
  });

  test('is shown without secrets, even where the cut would halve one', async () => {
    const redactor = createRedactor();
    const secret = 'hunter2'.repeat(100);
    redactor.add(secret);
    const script = `process.stdout.write('${secret}' + 'a'.repeat(4096 - 350))`;
    const { output } = await runHook(nodeHook(script), context, options({ redactor }));
    expect(output).toBe(`***${'a'.repeat(4_096 - 350)}`);
  });

  test('is shown without what its own configuration tells it', async () => {
    const hook = shellHook('echo "token: $TOKEN"; exit 1', { env: { TOKEN: 'hunter2' } });
    expect(await errorOf(runHook(hook, context, options()))).toMatchObject({
      message: 'The hook dns exited with code 1: token: ***',
    });
  });

  test('is shown without control characters', async () => {
    const { output } = await runHook(shellHook("printf 'a\\033[2Jb\\tc\\nd\\0e'"), context, options());
    expect(output).toBe('a?[2Jb\tc\nd?e');
  });
});

describe('a command that fails', () => {
  test.each([
    ['exit 3', 'exited with code 3'],
    ['echo no >&2; exit 1', 'exited with code 1: no'],
    ['kill -9 $$', 'was ended by SIGKILL'],
  ])('%s: it %s', async (script, what) => {
    expect(await errorOf(runHook(shellHook(script), context, options()))).toMatchObject({
      name: 'MigrationError',
      type: 'HookFailed',
      message: `The hook dns ${what}`,
    });
  });

  test('says so in a bounded message', async () => {
    const error = await errorOf(
      runHook(nodeHook("console.log('a'.repeat(1e5)); process.exitCode = 1"), context, options()),
    );
    expect((error as Error).message.length).toBeLessThan(1_100);
  });

  test.each([
    ['/nowhere/at-all', 'ENOENT'],
    ['/etc/passwd', 'EACCES'],
  ])('%s cannot be started', async (file, code) => {
    const hook = nodeHook('', { command: [file, 'hunter2'] });
    expect(await errorOf(runHook(hook, context, options()))).toMatchObject({
      type: 'HookFailed',
      message: `The hook dns can't be started (${code})`,
    });
  });

  test('a context that no process can be given fails too', async () => {
    const odd = { ...context, workflowId: 'a\0b' };
    expect(await errorOf(runHook(shellHook('true'), odd, options()))).toMatchObject({ type: 'HookFailed' });
  });
});

/** A process that outlives SIGTERM, started by the hook; its id is in the file. */
const stubbornChild = (file: string) =>
  `sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 0.05; done' & while :; do sleep 0.05; done`;

/** What has ended but wasn't waited for by whoever inherited it is not alive either. */
const isAlive = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
};
const pidIn = async (file: string): Promise<number> => {
  const pid = await vi.waitFor(async () => {
    const text = (await readFile(file, 'utf8')).trim();
    expect(text).not.toBe('');
    return Number(text);
  }, 5_000);
  return pid;
};

describe('a command that takes too long', () => {
  test('is ended with all that it started', async () => {
    const file = path.join(dir, 'timeout');
    const failed = errorOf(runHook(shellHook(stubbornChild(file), { timeoutMs: 2_000 }), context, options()));
    const pid = await pidIn(file);
    expect(await isAlive(pid)).toBe(true);
    expect(await failed).toMatchObject({
      type: 'HookFailed',
      message: 'The hook dns took longer than 2000 ms and was ended',
    });
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), 5_000);
  });

  test('has failed even when it ends well on SIGTERM', async () => {
    const hook = shellHook('trap "echo bye; exit 0" TERM; while :; do sleep 0.05; done', { timeoutMs: 1_500 });
    expect(await errorOf(runHook(hook, context, options()))).toMatchObject({
      message: expect.stringMatching(/^The hook dns took longer than 1500 ms and was ended: .*bye$/s),
    });
  });

  test('is killed when it ignores SIGTERM', async () => {
    const hook = shellHook('trap "" TERM; while :; do sleep 0.05; done', { timeoutMs: 100 });
    expect(await errorOf(runHook(hook, context, options()))).toMatchObject({ type: 'HookFailed' });
  });
});

describe('an abort', () => {
  test('ends a running command, and its reason is thrown', async () => {
    const file = path.join(dir, 'abort');
    const controller = new AbortController();
    const failed = errorOf(runHook(shellHook(stubbornChild(file)), context, options({ signal: controller.signal })));
    const pid = await pidIn(file);
    const reason = new Error('cancelled');
    controller.abort(reason);
    expect(await failed).toBe(reason);
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), 5_000);
  });

  test('beforehand starts nothing', async () => {
    const reason = new Error('cancelled');
    const file = path.join(dir, 'never');
    const hook = shellHook(`touch ${file}`);
    expect(await errorOf(runHook(hook, context, options({ signal: AbortSignal.abort(reason) })))).toBe(reason);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a process that was left behind on purpose does not hold the hook up', async () => {
  const started = performance.now();
  expect(await runHook(shellHook('sleep 5 & echo done'), context, options())).toEqual({ output: 'done' });
  expect(performance.now() - started).toBeLessThan(4_000);
});
