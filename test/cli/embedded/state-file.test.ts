import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { claim, livingServer, release, stateDirectory, writeState } from '../../../src/cli/embedded/state-file.js';

const base = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(base, { recursive: true }));
let directory = '';
let count = 0;
beforeEach(() => {
  count += 1;
  directory = join(base, String(count));
});

const deadPid = spawnSync('true').pid;
const server = { pid: process.pid, address: 'a:1', uiUrl: 'u', dbFilename: 'f' };

describe('the state file of an embedded server', () => {
  it('is claimed by one of two', async () => {
    const claims = await Promise.all([claim(directory), claim(directory)]);
    expect(claims.filter(holder => holder === null)).toHaveLength(1);
    expect(claims.find(holder => holder !== null)).toMatchObject({ pid: process.pid });
  });

  it('names no server until there is one, nor after', async () => {
    expect(await livingServer(directory)).toBeNull();
    await claim(directory);
    expect(await livingServer(directory)).toBeNull();
    await writeState(directory, server);
    expect(await livingServer(directory)).toEqual(server);
    await release(directory);
    expect(await livingServer(directory)).toBeNull();
  });

  it('of a dead server counts for nothing, and is taken over', async () => {
    await claim(directory);
    await writeState(directory, { ...server, pid: deadPid });
    expect(await livingServer(directory)).toBeNull();
    expect(await claim(directory)).toBeNull();
  });

  it('that is half written counts for nothing, and is taken over', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'dev-server.json'), '{"pid":');
    expect(await livingServer(directory)).toBeNull();
    expect(await claim(directory)).toBeNull();
  });

  it.each([
    [{ HOME: '/h' }, undefined, '/h/.local/state/temporal-redis-migration'],
    [{ HOME: '/h', XDG_STATE_HOME: '/x' }, undefined, '/x/temporal-redis-migration'],
    [{ HOME: '/h', REDIS_MIGRATION_STATE_DIR: '/r' }, undefined, '/r'],
    [{ HOME: '/h', REDIS_MIGRATION_STATE_DIR: '/r' }, '/flag', '/flag'],
  ])('is, with %j and the flag %s, in %s', (env, flag, expected) => {
    expect(stateDirectory(env, flag)).toBe(expected);
  });
});
