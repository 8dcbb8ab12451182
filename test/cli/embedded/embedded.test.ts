import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort, waitFor } from '../../lab/index.js';
import { migrationId, servers, standInWorker } from '../support/stand-in.js';
import { Terminal } from '../support/terminal.js';

const directory = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

const terminalIn = (state: string, more: NodeJS.ProcessEnv = {}, workerEntry = standInWorker()): Terminal => {
  const env = { TEMPORAL_CLI_PATH: process.env.TEMPORAL_CLI_PATH, REDIS_MIGRATION_STATE_DIR: join(directory, state) };
  const terminal = new Terminal({ env: { ...env, ...more } });
  terminal.context.workerEntry = workerEntry;
  return terminal;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const port = async () => ['--port', String(await freePort())];
const serverOf = (state: string): { pid: number } =>
  JSON.parse(readFileSync(join(directory, state, 'dev-server.json'), 'utf8'));

describe('run, where no Temporal is configured', () => {
  it('brings its own, is left with Ctrl-C, goes on where it was, and leaves no process behind', async () => {
    const first = terminalIn('run');
    const argv = ['run', ...servers, ...(await port())];
    const left = first.run(...argv);
    await waitFor(() => first.stdout, {
      what: 'the migration',
      until: text => text.includes('syncing'),
      timeoutMs: 60_000,
    });
    const { pid } = serverOf('run');
    expect(first.stderr).toContain(
      'No Temporal is configured (--address, TEMPORAL_ADDRESS or a profile).\nAn embedded development server and a worker',
    );
    first.interrupt();
    expect(await left).toBe(130);
    expect(first.stderr).toContain(`Go on with it: redis-migration ${argv.join(' ')}\n`);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(directory, 'run', 'temporal.db'))).toBe(true);

    const second = terminalIn('run');
    const ended = second.run(...argv);
    const other = terminalIn('run');
    await waitFor(() => other.run('complete'), {
      what: 'the message to be taken',
      until: code => code === 0,
      timeoutMs: 60_000,
      everyMs: 300,
    });
    expect(await ended).toBe(0);
    expect(second.stderr).toContain(
      `${migrationId} runs already, with the input that it was started with: going on with it.`,
    );
    expect(second.stdout).toContain('phase completed');
  }, 120_000);
});

describe('dev', () => {
  it('serves until Ctrl-C, and keeps nobody else from finding it', async () => {
    const dev = terminalIn('dev');
    const serving = dev.run('dev', ...(await port()));
    await waitFor(() => dev.stdout, { what: 'dev to be ready', timeoutMs: 60_000 });
    expect(dev.stdout).toMatch(/^ready: Temporal 127\.0\.0\.1:\d+, UI http:\/\/127\.0\.0\.1:\d+\n$/);
    const other = terminalIn('dev');
    expect(await other.run('list')).toBe(0);
    expect(other.stdout).toBe('No migration is running.\n');
    const { pid } = serverOf('dev');
    dev.interrupt();
    expect(await serving).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(directory, 'dev', 'dev-server.json'))).toBe(false);
  }, 60_000);

  it('ends what it started when its worker does not start, and shows why', async () => {
    const entry = join(directory, 'broken.mjs');
    writeFileSync(entry, "console.error('no such secret'); process.exit(3);");
    const dev = terminalIn('broken', {}, entry);
    expect(await dev.run('dev', ...(await port()))).toBe(5);
    expect(dev.stderr).toMatch(/The worker did not start \(exit code 3\)\. Its log, .*worker\.log:\nno such secret\n/);
    expect(existsSync(join(directory, 'broken', 'dev-server.json'))).toBe(false);
  }, 60_000);

  it('shows the log of a Temporal that does not start', async () => {
    const dev = terminalIn('false', { TEMPORAL_CLI_PATH: '/bin/false' });
    expect(await dev.run('dev', ...(await port()))).toBe(5);
    expect(dev.stderr).toMatch(/The embedded Temporal did not start \(exit code 1\)/);
  });

  it('refuses a binary that is none', async () => {
    const dev = terminalIn('none', { TEMPORAL_CLI_PATH: '/nowhere/temporal' });
    expect(await dev.run('dev')).toBe(2);
    expect(dev.stderr).toBe('TEMPORAL_CLI_PATH names /nowhere/temporal, which is no executable file.\n');
  });
});
