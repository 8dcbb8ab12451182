import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

describe('npm run setup -- --servers', () => {
  const answered = (path: string) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout;
  // Where one is missing this would wait for the network once more.
  const complete = Object.keys(JSON.parse(process.env.REDIS_MIGRATION_SERVERS ?? '{}')).length >= 6;

  it.runIf(complete)(
    'adds servers of other versions to the JSON, each of which runs and says that it is the one',
    () => {
      const { servers = {} } = JSON.parse(runSetup(['--servers', '--json']).stdout) as Binaries;
      const said = Object.entries(servers).map(([id, path]) => [
        id,
        /^(.)\w+ server v=(\d+\.\d+)/.exec(answered(path)),
      ]);
      expect(said.length).toBeGreaterThan(0);
      expect(said.map(([, answer]) => `${answer?.[1] === 'V' ? 'valkey-' : ''}${answer?.[2]}`)).toEqual(
        said.map(([id]) => id),
      );
    },
  );

  it('says why one is missing and has the others all the same; failed once, it fetches again only when told to', async () => {
    const [python, log] = [join(empty, 'python3'), join(empty, 'log')];
    writeFileSync(python, `#!/bin/sh\necho again >>${log}\necho ERROR: no such network\nexit 1\n`, { mode: 0o755 });
    const { TEMPORAL_CLI_PATH, REDIS_MIGRATION_REDIS_SERVER } = process.env;
    const env = { TEMPORAL_CLI_PATH, REDIS_MIGRATION_REDIS_SERVER, PATH: empty, XDG_CACHE_HOME: empty };
    const { servers, missing } = await setup({ env, quiet: true, servers: 'now' });
    expect(Object.values(servers ?? {})).toEqual([REDIS_MIGRATION_REDIS_SERVER]);
    expect(missing).toContainEqual({ id: '6.2', reason: 'ERROR: no such network' });
    expect(missing).toContainEqual({ id: '8.0', reason: expect.stringContaining('no Debian'), skipped: true });
    expect(await setup({ env, quiet: true, servers: 'daily' })).toEqual({ ...binaries(env), servers, missing });
    expect(readFileSync(log, 'utf8')).toBe('again\n');
    await setup({ env, quiet: true, servers: 'now' });
    expect(readFileSync(log, 'utf8')).toBe('again\nagain\n');
  });

  it('takes servers that are named, and refuses what is no server', async () => {
    const named = (path: string) => ({ ...process.env, REDIS_MIGRATION_SERVERS: JSON.stringify({ '7.4': path }) });
    const path = process.env.REDIS_MIGRATION_REDIS_SERVER as string;
    expect((await setup({ env: named(path), quiet: true, servers: 'daily' })).servers).toMatchObject({ '7.4': path });
    const refused = setup({ env: named(empty), quiet: true, servers: 'daily' });
    await expect(refused).rejects.toThrow(`REDIS_MIGRATION_SERVERS names ${empty} for 7.4: no executable`);
  });

  const binaries = (env: { [name: string]: string | undefined }) => ({
    temporal: env.TEMPORAL_CLI_PATH,
    redisServer: env.REDIS_MIGRATION_REDIS_SERVER,
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
