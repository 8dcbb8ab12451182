import { beforeAll, expect, test } from 'vitest';
import { MigrationError } from '../../src/contract/errors.js';
import { applicationUsers } from '../../src/preflight/application-users.js';
import type { RedisServer } from '../lab/redis.js';
import { brief, type ContextOptions, contextOf, informed, start, startPair, texts } from './support.js';

let source: RedisServer;
let target: RedisServer;
beforeAll(async () => {
  [source, target] = await startPair();
});

async function judge(onSource: string[], onTarget: string[], options: ContextOptions = {}) {
  for (const [server, users] of [
    [source, onSource],
    [target, onTarget],
  ] as const) {
    for (const user of users) await server.cli('ACL', 'SETUSER', ...user.split(' '));
  }
  try {
    const results = await applicationUsers(await contextOf(source, target, options));
    expect(texts(results)).not.toMatch(/[0-9a-f]{32}|secret/);
    return results;
  } finally {
    for (const [server, users] of [
      [source, onSource],
      [target, onTarget],
    ] as const) {
      for (const user of users) await server.cli('ACL', 'DELUSER', user.split(' ')[0] ?? '');
    }
  }
}

const app = 'app on >secret ~app:* +@read +@write';

test.each([
  ['alike on both sides', [app], [app], ['target pass'], '2 users of the source can log in'],
  [
    'missing',
    [app, 'jobs on >secret ~* +@all'],
    [app],
    ['target failure'],
    '1 user of the source missing on the target: "jobs"',
  ],
  ['a disabled one may be missing', ['old off >secret ~* +@all'], [], ['target pass'], ''],
  ['off', [app], [app.replace(' on ', ' off ')], ['target failure'], 'switched off on the target: "app"'],
  [
    'another password',
    [app],
    [app.replace('secret', 'secret2')],
    ['target failure'],
    'other passwords on the target: "app"',
  ],
  ['one password more', [app], [`${app} >secret2`], ['target pass'], ''],
  ['open to everyone', [app], [`${app} nopass`], ['target warning'], 'open to everyone on the target: "app"'],
  ['other rights', [app], ['app on >secret ~app:* +@read'], ['target warning'], 'other rights on the target: "app"'],
  ['other channels', [`${app} &news`], [app], ['target warning'], 'other rights'],
  ['a selector', [`${app} (+@all ~tmp:*)`], [app], ['target warning'], 'other rights'],
  ["attempts' own users", ['migration-00001700000000-000001 on >secret ~* +@all'], [], ['target pass'], '1 user of'],
])('%s', async (_, onSource, onTarget, outcomes, text) => {
  const results = await judge(onSource, onTarget);
  expect(brief(results)).toEqual(outcomes);
  expect(texts(results)).toContain(text);
});

test("the migration's own user may be missing on the target", async () => {
  const own = 'mover on >secret ~* &* +@all';
  const results = await judge([own], [], { sourceLogin: { username: 'mover', password: 'secret' } });
  expect(brief(results)).toEqual(['target warning']);
  expect(texts(results)).toContain('missing on the target: "mover"');
});

test('names that others chose are escaped and counted, not poured out', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `user-${index}-${'x'.repeat(80)} on >secret ~* +@all`);
  const results = await judge([...many, 'a\u001b[31m<b> on >secret ~* +@all'], []);
  expect(texts(results)).toContain('"a\\u001b[31m<b>"');
  expect(texts(results)).toContain('and 3 more');
  expect(texts(results).length).toBeLessThan(1500);
});

test('the password of the default user counts in both directions', async () => {
  const locked = await start({ password: 'secret' });
  const open = await start();
  for (const [from, to] of [
    [locked, open],
    [open, locked],
  ] as const) {
    expect(brief(await applicationUsers(await contextOf(from, to)))).toEqual(['target failure']);
  }
  const alike = await start({ password: 'secret' });
  const context = await contextOf(locked, alike);
  expect(brief(await applicationUsers(context))).toEqual(['target pass']);
  // Before 6.0 there is only requirepass.
  expect(brief(await applicationUsers(informed(context, 'source', { redis_version: '5.0.14' })))).toEqual([
    'target pass',
  ]);
  const older = informed(await contextOf(locked, open), 'source', { redis_version: '5.0.14' });
  expect(brief(await applicationUsers(older))).toEqual(['target failure']);
});

test('without the right to list users they are not compared', async () => {
  const results = await judge(['meek on >secret ~* +@all -acl'], [], {
    sourceLogin: { username: 'meek', password: 'secret' },
  });
  expect(brief(results)).toEqual(['source warning']);
});

test('a connection that breaks is not taken for a missing right', async () => {
  const context = await contextOf(source, target);
  const broken = { ...context.source, call: () => Promise.reject(new MigrationError('Unreachable', 'gone')) };
  await expect(applicationUsers({ ...context, source: broken })).rejects.toThrow('gone');
});
