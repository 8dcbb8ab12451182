import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../lab/built.js';
import { spawnChild } from '../lab/child.js';
import { startTemporal, type TemporalServer, waitFor } from '../lab/index.js';

const command = builtFile('src/cli/main.js');
const env = { PATH: process.env.PATH, HOME: '/nowhere', TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' };

describe('the command as a process', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.discard());

  it('tells by its exit code, and keeps the two outputs apart', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'start'], { env, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Name an input file');
  });

  it('ends at once when its work is done', () => {
    const argv = [command, 'list', '--address', temporal.address, '--json'];
    const { status, stdout } = spawnSync(process.execPath, argv, { env, encoding: 'utf8', timeout: 8_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '[]\n' });
  });

  it('is a worker, with the connection that was typed, until SIGTERM', async () => {
    const argv = [command, 'worker', '--address', temporal.address, '--task-queue', 'typed'];
    const child = await spawnChild(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.process.stdout?.on('data', chunk => {
      output += chunk;
    });
    await waitFor(() => /^worker ready$/m.test(output), { what: 'the worker to be ready', timeoutMs: 20_000 });
    const start = ['start', '--source', 'redis://a', '--target', 'redis://b'];
    const flags = ['--address', temporal.address, '--task-queue', 'typed'];
    const { status, stderr } = spawnSync(process.execPath, [command, ...start, ...flags], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await child.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
