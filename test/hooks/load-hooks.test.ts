import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookNamed, loadHooks } from '../../src/hooks/load-hooks.js';
import { errorOf } from './runs.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'hooks-'));
});
afterAll(() => rm(dir, { recursive: true }));

const load = async (content: unknown) => {
  const file = path.join(dir, 'hooks.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadHooks(file);
};

/** The problems that the message names, of which it is certain that they hold no secret. */
const problemsOf = async (content: unknown): Promise<string[]> => {
  const error = (await errorOf(load(content))) as Error;
  expect(error).toMatchObject({ name: 'MigrationError', type: 'InvalidInput' });
  expect(error).toHaveProperty('remedy', expect.stringContaining('start the worker again'));
  expect(`${error}`).not.toContain('hunter2');
  return error.message.slice(`The hooks in ${dir}/hooks.json: `.length).split('; ');
};

test('no file, no hooks', async () => {
  expect((await loadHooks(undefined)).size).toBe(0);
  expect((await loadHooks('')).size).toBe(0);
});

test('commands and webhooks are read by name, with their defaults', async () => {
  const hooks = await load({
    'stop-writers': { command: ['/bin/systemctl', 'stop', 'app'], timeout: '2m', env: { APP_ENV: 'prod' } },
    plain: { command: ['/bin/true'] },
    notify: { webhook: 'https://a.example/x?y=1', timeout: '5s', headers: { Authorization: 'x' }, secretEnv: 'KEY' },
    short: { webhook: 'http://a.example' },
  });
  expect(Object.fromEntries(hooks)).toEqual({
    'stop-writers': {
      kind: 'command',
      name: 'stop-writers',
      command: ['/bin/systemctl', 'stop', 'app'],
      timeoutMs: 120_000,
      env: { APP_ENV: 'prod' },
    },
    plain: { kind: 'command', name: 'plain', command: ['/bin/true'], timeoutMs: 10_000, env: {} },
    notify: {
      kind: 'webhook',
      name: 'notify',
      url: 'https://a.example/x?y=1',
      timeoutMs: 5_000,
      headers: { Authorization: 'x' },
      secretEnv: 'KEY',
    },
    short: {
      kind: 'webhook',
      name: 'short',
      url: 'http://a.example',
      timeoutMs: 10_000,
      headers: {},
      secretEnv: null,
    },
  });
});

describe('every field that is wrong is refused by its path', () => {
  const command = (fields: object) => ({ hook: { command: ['/bin/true'], ...fields } });
  const webhook = (fields: object) => ({ hook: { webhook: 'https://a.example', ...fields } });
  test.each<[string, unknown]>([
    ['hooks', []],
    ['hooks', null],
    ['hooks["a b"]', { 'a b': { command: ['/bin/true'] } }],
    ['hooks["-a"]', { '-a': { command: ['/bin/true'] } }],
    ['hooks.__proto__', '{"__proto__":{"command":["/bin/true"]}}'],
    ['hooks.hook', { hook: 'hunter2' }],
    ['hooks.hook', { hook: null }],
    ['hooks.hook', { hook: {} }],
    ['hooks.hook', { hook: { command: ['/bin/true'], webhook: 'https://a.example' } }],
    ['hooks.hook.shell', command({ shell: true })],
    ['hooks.hook.command', command({ command: '/bin/true hunter2' })],
    ['hooks.hook.command', command({ command: [] })],
    ['hooks.hook.command', command({ command: ['true', 'hunter2'] })],
    ['hooks.hook.command', command({ command: null })],
    ['hooks.hook.command[1]', command({ command: ['/bin/true', 5] })],
    ['hooks.hook.command[1]', command({ command: ['/bin/true', 'hunter2\0'] })],
    ['hooks.hook.timeout', command({ timeout: 5 })],
    ['hooks.hook.timeout', command({ timeout: '2h' })],
    ['hooks.hook.env', command({ env: ['hunter2'] })],
    ['hooks.hook.env.A', command({ env: { A: 5 } })],
    ['hooks.hook.env.A', command({ env: { A: 'hunter2\0' } })],
    ['hooks.hook.env["A=hunter"]', command({ env: { 'A=hunter': '2' } })],
    ['hooks.hook.env.MIGRATION_SOURCE', command({ env: { MIGRATION_SOURCE: 'x' } })],
    ['hooks.hook.headers', command({ headers: {} })],
    ['hooks.hook.webhook', webhook({ webhook: 'a.example' })],
    ['hooks.hook.webhook', webhook({ webhook: 'ftp://a.example' })],
    ['hooks.hook.webhook', webhook({ webhook: 'https://me:hunter2@a.example' })],
    ['hooks.hook.webhook', webhook({ webhook: 'https://me@a.example' })],
    ['hooks.hook.webhook', webhook({ webhook: 5 })],
    ['hooks.hook.headers.A', webhook({ headers: { A: 'hunter2\r\nB: c' } })],
    ['hooks.hook.headers["A:"]', webhook({ headers: { 'A:': 'hunter2' } })],
    ['hooks.hook.headers.idempotency-Key', webhook({ headers: { 'idempotency-Key': 'x' } })],
    ['hooks.hook.headers.X-Migration-Signature', webhook({ headers: { 'X-Migration-Signature': 'x' } })],
    ['hooks.hook.secretEnv', webhook({ secretEnv: 'hunter2 !' })],
    ['hooks.hook.env', webhook({ env: {} })],
  ])('%s in %j', async (path, content) => {
    expect(await problemsOf(content)).toEqual([
      expect.stringMatching(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: `)),
    ]);
  });

  test('all at once', async () => {
    const content = { a: { command: ['x'], timeout: 1 }, b: { webhook: 'x', timeout: 1 }, c: 5 };
    expect((await problemsOf(content)).map(problem => problem.split(':')[0])).toEqual([
      'hooks.a.timeout',
      'hooks.a.command',
      'hooks.b.webhook',
      'hooks.b.timeout',
      'hooks.c',
    ]);
  });
});

test('a file that is not JSON is not quoted', async () => {
  expect(await problemsOf('{"a": {"command": ["hunter2"')).toEqual(["isn't JSON"]);
});

test('a file that is not there is named', async () => {
  const error = await errorOf(loadHooks(path.join(dir, 'missing.json')));
  expect(error).toMatchObject({
    type: 'InvalidInput',
    message: `The hooks in ${dir}/missing.json: can't be read (ENOENT)`,
  });
});

describe('a hook by its name', () => {
  test('is found', async () => {
    expect(hookNamed(await load({ a: { command: ['/bin/true'] } }), 'a')).toMatchObject({ name: 'a' });
  });

  test.each(['c', 'toString', '__proto__'])('%s is unknown, and the known ones are listed', async name => {
    const hooks = await load({ b: { command: ['/bin/true'] }, a: { command: ['/bin/true'] } });
    const error = await errorOf((async () => hookNamed(hooks, name))());
    expect(error).toMatchObject({
      type: 'HookUnknown',
      message: `The worker's configuration has no hook ${name}; it has a, b.`,
    });
  });

  test('is unknown where there is one other', async () => {
    const hooks = await load({ b: { command: ['/bin/true'] } });
    expect(() => hookNamed(hooks, 'a')).toThrow('no hook a; it has b.');
  });

  test('is unknown where there are none', async () => {
    expect(() => hookNamed(new Map(), 'a')).toThrow("The worker's configuration has no hook a; it has none.");
  });
});
