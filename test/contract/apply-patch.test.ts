import { describe, expect, test } from 'vitest';
import { applyPatch } from '../../src/contract/apply-patch.js';
import type { MigrationInput } from '../../src/contract/input.js';
import { readInput } from '../../src/contract/read-input.js';
import { inputWith } from './inputs.js';

const input: MigrationInput = {
  source: { url: 'redis://old:6379', username: 'me', password: 'env:SOURCE_PASSWORD' },
  target: { url: 'rediss://new:6380', tls: { ca: 'env:TARGET_CA', serverName: 'new.example' } },
  rate: { maxKeysPerSecond: 100 },
  cutover: { drainTimeout: '5s', notAfter: '2026-01-01T00:00Z', hooks: { prepare: 'stop', switch: 'dns' } },
  accept: ['modules'],
};

/** The input with the value at the path, as it is expected after the patch. */
const expected = (path: string, value: unknown): object => inputWith(path, value, input);

describe('what a retry may put right', () => {
  test.each([
    ['source.username', 'you'],
    ['source.password', 'file:new-password'],
    ['source.addressForPeer', 'old.internal:6379'],
    ['source.url', 'rediss://OLD'],
    ['target.url', 'rediss://new:6380/'],
    ['target.tls.serverName', 'other.example'],
    ['target.ifNotEmpty', 'wipe'],
    ['rate.maxBytesPerSecond', '5MB'],
    ['verification.mode', 'keys'],
    ['cutover.drainTimeout', '9s'],
    ['cutover.hooks.switch', 'dns-2'],
    ['observe.duration', '1h'],
    ['keepSourceFor', '7d'],
  ])('%s, and nothing beside it', (path, value) => {
    const before = structuredClone(input);
    const patched = applyPatch(input, inputWith(path, value, {}));
    expect(patched.problems).toEqual([]);
    expect(patched.input).toEqual(expected(path, value));
    expect(patched.plan).toEqual(readInput(expected(path, value)).plan);
    expect(input).toEqual(before);
  });

  test('accepted checks are added to, each once', () => {
    expect(applyPatch(input, { accept: ['emptiness', 'modules'] }).input.accept).toEqual(['modules', 'emptiness']);
  });

  test.each([
    ['source.username', { source: { username: null } }],
    ['source.password', { source: { password: null } }],
    ['target.tls', { target: { tls: null } }],
    ['rate.maxKeysPerSecond', { rate: { maxKeysPerSecond: null } }],
    ['cutover.notAfter', { cutover: { notAfter: null } }],
  ])('null takes %s away', (path, patch) => {
    const patched = applyPatch(input, patch);
    expect(patched.problems).toEqual([]);
    expect(patched.input).toEqual(JSON.parse(JSON.stringify(expected(path, undefined))));
  });

  test('an empty patch changes nothing', () => {
    expect(applyPatch(input, {})).toEqual({ input, plan: readInput(input).plan, problems: [] });
  });
});

describe('what a retry never changes', () => {
  test.each([
    ['method', 'replication'],
    ['filter', { match: ['a*'] }],
    ['rename', {}],
    ['onConflict', 'fail'],
    ['migrate', { move: false }],
    ['rdb', {}],
    ['sourceAfterwards', 'released'],
    ['dryRun', true],
    ['__proto__', { method: 'live' }],
    ['constructor', {}],
    ['source.database', 0],
    ['source.ifNotEmpty', 'wipe'],
    ['source.__proto__', { url: 'redis://evil' }],
  ])('%s is refused by name', (path, value) => {
    const patch = JSON.parse(
      `{${path
        .split('.')
        .map(name => `"${name}":`)
        .join('{')}${JSON.stringify(value)}${'}'.repeat(path.split('.').length)}`,
    );
    const patched = applyPatch(input, patch);
    expect(patched.problems).toEqual([expect.stringContaining(`patch.${path}: can't be changed by a retry`)]);
    expect(patched.plan).toBeNull();
    expect(patched.input).toBe(input);
  });

  test.each([
    ['source', 'redis://other:6379'],
    ['source', 'redis://old:6380'],
    ['source', 'rediss://new:6380'],
    ['target', 'rediss://new'],
    ['target', 'rediss://new.example:6380'],
  ])('another server as the %s: %s', (side, url) => {
    const patched = applyPatch(input, { [side]: { url, username: 'you' } });
    expect(patched.problems).toEqual([`patch.${side}.url: names another server, which needs a migration of its own`]);
    expect(patched.input).toBe(input);
  });

  test('a slip of the finger is answered with what was meant', () => {
    expect(applyPatch(input, { source: { pasword: 'env:REDIS_A' } }).problems).toEqual([
      'patch.source.pasword: can\'t be changed by a retry; did you mean "password"?',
    ]);
  });
});

describe('the result is judged in full', () => {
  test('together with what the patch itself may not', () => {
    const patch = {
      method: 'live',
      source: { url: 'redis://me:hunter2@old', password: 'hunter2' },
      cutover: { notBefore: '2027-01-01T00:00Z', hooks: { swich: 'a' } },
      accept: ['everything-at-all'],
    };
    const { problems, plan } = applyPatch(input, patch);
    expect(plan).toBeNull();
    expect(problems.map(problem => problem.split(':')[0])).toEqual([
      'patch.method',
      'source.url',
      'source.password',
      'cutover.hooks.swich',
      'accept[1]',
      'cutover.notAfter',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test.each([
    ['tls without encryption', { target: { url: 'redis://new:6380' } }],
    ['a fence that replication lacks', { cutover: { fence: 'acl' } }],
    ['a repair by a method that owns the data', { verification: { repair: true } }],
    ['a section that is none', { source: null }],
    ['a list that is none', { accept: 'modules' }],
    ['null without meaning', { keepSourceFor: null }],
    ['a field of a section that is none', { cutover: JSON.parse('{"__proto__":{"mode":"auto"}}') }],
  ])('%s', (_, patch) => {
    expect(applyPatch({ ...input, method: 'replication' }, patch).problems).toHaveLength(1);
  });

  test.each([undefined, null, 5, 'x', [], [{}]])('%j is no patch', patch => {
    expect(applyPatch(input, patch).problems).toEqual([expect.stringMatching(/^patch: expected an object, got /)]);
  });

  test('a patch of endless depth or breadth does no harm', () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
    expect(applyPatch(input, { cutover: deep }).problems).toHaveLength(1);
    const broad = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, 1]));
    expect(applyPatch(input, broad).problems.length).toBeLessThan(60);
  });
});
