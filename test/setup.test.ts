import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Binaries, projectRoot, setup } from '../scripts/setup.mjs';

interface LockFile {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

let empty: string;

beforeEach(() => {
  empty = mkdtempSync(join(tmpdir(), 'setup-test-'));
});

afterEach(() => rmSync(empty, { recursive: true, force: true }));

/** Runs `npm run setup` as a person would, only without npm's own second. */
function runSetup(args: string[], env: NodeJS.ProcessEnv = {}) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs', ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, elapsed: Date.now() - started };
}

/** An environment in which nothing is installed and nothing can be. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: empty, HOME: empty, XDG_CACHE_HOME: empty };
}

describe('npm run setup', () => {
  it('ends within two seconds when there is nothing to do', () => {
    expect(runSetup([])).toMatchObject({ status: 0 });
    expect(runSetup([]).elapsed).toBeLessThan(2000);
  });

  it('prints the paths of both binaries as JSON on the last line of standard output', () => {
    const { stdout } = runSetup(['--json']);
    const binaries = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Binaries;
    expect(Object.keys(binaries)).toEqual(['temporal', 'redisServer']);
    for (const path of Object.values(binaries)) expect(statSync(path).mode & 0o111).not.toBe(0);
  });

  it('keeps standard output free without --json', () => {
    expect(runSetup([]).stdout).toBe('');
  });

  it('names the ways to install redis-server when it can do nothing itself', async () => {
    const failure = setup({ env: bareEnvironment(), places: [], fresh: true, quiet: true });
    await expect(failure).rejects.toThrow(/redis-server 6\.2 or newer is missing.*no package manager/);
    await expect(failure).rejects.toThrow('sudo apt-get update && sudo apt-get install -y redis-server');
    await expect(failure).rejects.toThrow('REDIS_MIGRATION_REDIS_SERVER=');
  });

  it.each(['TEMPORAL_CLI_PATH', 'REDIS_MIGRATION_REDIS_SERVER'])('fails when %s names something else', name => {
    const { status, stderr } = runSetup([], { [name]: process.execPath });
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`${name} names .*, which answers --version with "v`));
  });

  it('refuses an option that it does not know', () => {
    expect(runSetup(['--jsno'])).toMatchObject({ status: 1, stderr: expect.stringContaining('--jsno') });
  });
});

describe('package-lock.json', () => {
  // npm leaves out those that it can't find where the file is made, and `npm ci` then refuses it everywhere.
  it('has the optional packages of every platform', () => {
    const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as LockFile;
    const wanted = Object.values(packages).flatMap(each => Object.keys(each.optionalDependencies ?? {}));
    const has = (name: string) => Object.keys(packages).some(path => path.endsWith(`node_modules/${name}`));
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter(name => !has(name))).toEqual([]);
  });
});
