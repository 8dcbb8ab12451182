import { describe, expect, test } from 'vitest';
import { availableMethods, type Method, methods } from '../../src/contract/input.js';
import { readInput } from '../../src/contract/read-input.js';
import { inputWith, minimal } from './inputs.js';

const problemsOf = (path: string, value: unknown, available?: readonly Method[], base?: object): string[] =>
  readInput(inputWith(path, value, base), available).problems;

const withMethod = (method: string): object => inputWith('method', method);

describe('methods', () => {
  const missing = methods.filter(method => !availableMethods.includes(method));
  test.each(missing)('%s is refused by name, with what there is', method => {
    expect(problemsOf('method', method)).toEqual([
      `method: "${method}" is not available in this version; available: replication, live, dump-restore, migrate, rdb, or "auto"`,
    ]);
  });

  test.each(availableMethods)('%s is taken', method => {
    expect(problemsOf('method', method)).toEqual([]);
  });

  test('one that is not available is not blamed for what it can do', () => {
    const { problems } = readInput({
      ...minimal,
      method: 'redis-shake',
      filter: { match: ['a*'] },
      onConflict: 'replace',
    });
    expect(problems).toEqual([expect.stringMatching(/^method: /)]);
  });
});

describe('with replication', () => {
  const rows: [string, unknown][] = [
    ['filter', { match: ['a*'] }],
    ['filter', {}],
    ['rename', { prefix: { from: 'a', to: 'b' } }],
    ['onConflict', 'replace'],
    ['onConflict', 'skip'],
    ['verification.repair', true],
  ];
  test.each(rows)('%s %j is refused, by name and by auto', (path, value) => {
    const refused = new RegExp(`^${path}: not with method replication: `);
    expect(problemsOf(path, value, methods, withMethod('replication'))).toEqual([expect.stringMatching(refused)]);
    expect(problemsOf(path, value, ['replication'])).toEqual([expect.stringMatching(refused)]);
    expect(problemsOf(path, value, ['replication'])[0]).toContain('"auto" has nothing else in this version');
  });

  test.each(rows)('%s %j is fine where auto has more to choose from', (path, value) => {
    expect(problemsOf(path, value)).toEqual([]);
    expect(problemsOf(path, value, methods, withMethod('dump-restore'))).toEqual([]);
  });

  test('a filter that has problems of its own is refused all the same', () => {
    expect(problemsOf('filter', { match: 5 }, ['replication'])).toHaveLength(2);
  });

  test.each(['acl', 'whole-copy', 'none'])('the fence %s is refused by name, with what there is', fence => {
    const text = `cutover.fence: "${fence}" is not available with method replication; available: auto, park, min-replicas`;
    expect(problemsOf('cutover.fence', fence, ['replication'])).toEqual([text]);
    expect(problemsOf('cutover.fence', fence, methods, withMethod('replication'))).toEqual([text]);
    expect(problemsOf('cutover.fence', fence, methods)).toEqual([]);
  });

  test.each(['auto', 'park', 'min-replicas'])('the fence %s is taken', fence => {
    expect(problemsOf('cutover.fence', fence)).toEqual([]);
  });

  test('a rate is taken, since it limits the verification', () => {
    expect(problemsOf('rate', { maxKeysPerSecond: 100, maxBytesPerSecond: '1MB' })).toEqual([]);
  });
});

describe.each([
  ['dump-restore', ['auto', 'none', 'park', 'whole-copy']],
  ['migrate', ['auto', 'none', 'park']],
  ['rdb', ['auto', 'none', 'park']],
])('with %s', (method, fences) => {
  test.each(fences)('the fence %s is taken', fence => {
    expect(problemsOf('cutover.fence', fence, undefined, withMethod(method))).toEqual([]);
  });

  test.each(['acl', 'min-replicas'])('the fence %s is refused by name, with what there is', fence => {
    const text = `cutover.fence: "${fence}" is not available with method ${method}; available: ${fences.join(', ')}`;
    expect(problemsOf('cutover.fence', fence, undefined, withMethod(method))).toEqual([text]);
  });

  test('nothing is wiped', () => {
    expect(problemsOf('target.ifNotEmpty', 'wipe', undefined, withMethod(method))).toEqual([
      expect.stringMatching(/^target.ifNotEmpty: "wipe" is for methods that replace the whole dataset/),
    ]);
    expect(problemsOf('target.ifNotEmpty', 'wipe')).toEqual([]);
  });
});

describe('with migrate', () => {
  const problems = (fields: object): string[] =>
    readInput({ ...minimal, method: 'migrate', ...fields }, methods).problems;

  test.each([
    [{ rename: { prefix: { from: 'a', to: 'b' } } }, /^rename.prefix: .*MIGRATE sends keys under their own names/],
    [{ cutover: { fence: 'whole-copy' } }, /^cutover.fence: "whole-copy" is not available/],
    [{ migrate: { move: true }, cutover: { fence: 'park' } }, /^cutover.fence: not with migrate.move/],
    [{ migrate: { move: true }, onConflict: 'replace' }, /^onConflict: not with migrate.move/],
    [{ migrate: { move: true }, onConflict: 'skip' }, /^onConflict: not with migrate.move/],
    [{ migrate: { move: true }, verification: { repair: true } }, /^verification.repair: not with migrate.move/],
  ])('%j is refused', (fields, text) => {
    expect(problems(fields)).toEqual([expect.stringMatching(text)]);
  });

  test.each([
    { rename: { databases: { 0: 1 } }, filter: { databases: [0] } },
    { migrate: { move: true }, cutover: { fence: 'none' } },
    { onConflict: 'skip', verification: { repair: true }, cutover: { fence: 'park' } },
  ])('%j is taken', fields => {
    expect(problems(fields)).toEqual([]);
  });
});

describe('with rdb', () => {
  const problems = (rename: object): string[] =>
    readInput({ ...minimal, method: 'rdb', rename, filter: { databases: [0] } }, methods).problems;

  test('a prefix is refused', () => {
    expect(problems({ prefix: { from: 'a', to: 'b' } })).toEqual([
      expect.stringMatching(/^rename.prefix: not with method rdb: .*; dump-restore renames them/),
    ]);
  });

  test('databases are renamed', () => {
    expect(problems({ databases: { 0: 1 } })).toEqual([]);
  });
});

describe('what belongs to one method', () => {
  test.each([
    ['migrate.move', true, 'migrate'],
    ['rdb.file', '/data/dump.rdb', 'rdb'],
  ])('%s only goes with it', (path, value, method) => {
    for (const other of ['auto', 'replication', 'live']) {
      expect(problemsOf(path, value, methods, withMethod(other))).toEqual([`${path}: only with method ${method}`]);
    }
    expect(problemsOf(path, value, methods, withMethod(method))).toEqual([]);
  });

  test('move: false goes with all', () => {
    expect(problemsOf('migrate.move', false)).toEqual([]);
  });
});

describe('what is selected', () => {
  const problems = (rename: object, filter?: object): string[] =>
    readInput({ ...minimal, rename, ...(filter ? { filter } : {}) }, methods).problems;

  test.each([
    [{ 0: 5, 1: 5 }, undefined, '0 and 1 would both go to database 5'],
    [{ 0: 1 }, undefined, '0 and 1 would both go to database 1'],
    [{ 3: 1 }, [1, 3], '1 and 3 would both go to database 1'],
  ])('databases %j of %j would meet', (databases, selected, text) => {
    const found = problems({ databases }, selected && { databases: selected });
    expect(found).toEqual([expect.stringContaining(`rename.databases: databases ${text}`)]);
  });

  test.each([
    [{ 0: 1 }, [0]],
    [{ 0: 1, 1: 0 }, undefined],
    [{ 0: 1, 1: 2, 2: 0 }, [0, 1, 2]],
    [{ 4: 4 }, undefined],
  ])('databases %j of %j each have their own', (databases, selected) => {
    expect(problems({ databases }, selected && { databases: selected })).toEqual([]);
  });

  test('a database that is renamed but left out is refused', () => {
    expect(problems({ databases: { 3: 4 } }, { databases: [0] })).toEqual([
      'rename.databases: database 3 is not in filter.databases',
    ]);
  });

  test('no key is renamed to one of our own', () => {
    expect(problems({ prefix: { from: 'a', to: '__redis-migration:x' } })).toEqual([
      'rename.prefix.to: names that begin with __redis-migration: are kept for the migration itself',
    ]);
  });
});

describe('servers', () => {
  test.each([
    ['redis://cache', 'redis://cache'],
    ['redis://cache', 'rediss://CACHE:6379/'],
    ['redis://[::1]:7', 'redis://[0:0::1]:7'],
  ])('%s and %s are one address', (source, target) => {
    expect(readInput({ source: { url: source }, target: { url: target } }).problems).toEqual([
      'target.url: the same address as source.url; a migration needs two servers',
    ]);
  });

  test.each([
    ['redis://cache:1', 'redis://cache:2'],
    ['redis://localhost', 'redis://127.0.0.1'],
  ])('%s and %s are two, as far as can be seen without connecting', (source, target) => {
    expect(readInput({ source: { url: source }, target: { url: target } }).problems).toEqual([]);
  });

  test('two urls that both could not be read are not called the same', () => {
    expect(readInput({ source: { url: 'a' }, target: { url: 'a' } }).problems).toHaveLength(2);
    expect(readInput({ source: 'a', target: 'a' }).problems).toHaveLength(2);
  });

  test.each(['source', 'target'])('the tls section of the %s needs rediss://', side => {
    const text = `${side}.tls: only with a url that begins with rediss://`;
    expect(problemsOf(`${side}.tls`, {})).toEqual([text]);
    expect(problemsOf(`${side}.tls`, {}, undefined, inputWith(`${side}.url`, 'rediss://other'))).toEqual([]);
  });

  test.each([
    ['cert', 'key'],
    ['key', 'cert'],
  ])('tls.%s needs tls.%s', (given, missing) => {
    const base = inputWith('target.url', 'rediss://new');
    expect(problemsOf('target.tls', { [given]: 'env:X' }, undefined, base)).toEqual([
      `target.tls.${missing}: missing; tls.${given} needs it`,
    ]);
    expect(problemsOf('target.tls', { [given]: 'env:X', [missing]: 'clear text' }, undefined, base)).toEqual([
      expect.stringMatching(`^target.tls.${missing}: expected a reference`),
    ]);
    expect(problemsOf('target.tls', { cert: 'env:X', key: 'env:Y' }, undefined, base)).toEqual([]);
  });
});

test.each([
  ['2026-01-01T00:00Z', '2026-01-01T00:00Z'],
  ['2026-01-02T00:00Z', '2026-01-01T00:00Z'],
])('a window from %s to %s never opens', (notBefore, notAfter) => {
  expect(problemsOf('cutover', { notBefore, notAfter })).toEqual([
    'cutover.notAfter: must be later than cutover.notBefore',
  ]);
  expect(problemsOf('cutover', { notBefore })).toEqual([]);
  expect(problemsOf('cutover', { notAfter })).toEqual([]);
});
