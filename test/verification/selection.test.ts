import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MigrationPlan } from '../../src/contract/plan.js';
import { Selection } from '../../src/selection/selection.js';
import type { VerificationOptions } from '../../src/verification/options.js';
import { contents, fill, fillEveryType } from '../lab/index.js';
import { allEqual, type Command, counts, TwoServers } from './two-servers.js';

type Filter = NonNullable<MigrationPlan['filter']>;
type Rename = NonNullable<MigrationPlan['rename']>;

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const selecting = (filter: Partial<Filter>, rename: Partial<Rename> = {}): Selection =>
  Selection.of({
    filter: { match: [], exclude: [], types: [], databases: [], ...filter },
    rename: { databases: {}, prefix: null, ...rename },
  });

const renaming = (from: string, to: string, filter: Partial<Filter> = {}) =>
  selecting(filter, { prefix: { from, to } });

const verify = (selection: Selection, options: VerificationOptions = {}) =>
  two.verify({ rounds: 1, selection, ...options });

const set = (...names: string[]): Command[] => names.map(name => ['SET', name, 'value']);

/** @param names as `contents` calls them, `DATABASE/KEY` with bytes as latin1 text */
async function renameAll(names: Iterable<string>, prefix: string): Promise<void> {
  const commands = [...names].flatMap((name): Command[] => {
    const [, db = '', key = ''] = /^(\d+)\/(.*)$/s.exec(name) ?? [];
    const from = Buffer.from(key, 'latin1');
    return [
      ['SELECT', db],
      ['RENAME', from, Buffer.concat([Buffer.from(prefix), from])],
    ];
  });
  await two.run('target', ...commands);
}

describe('a filter of names', () => {
  test('what is not selected is not looked at, on either side', async () => {
    await two.run('source', ...set('user:1', 'user:2', 'user:3', 'user:tmp', 'other'));
    await two.run(
      'target',
      ...set('user:1'),
      ['SET', 'user:2', 'changed'],
      ['SET', 'other', 'x'],
      ...set('user:9', 'z'),
    );
    const result = await verify(selecting({ match: ['user:*'], exclude: ['*:tmp'] }));
    expect(counts(result)).toEqual({ ...allEqual(4), different: 1, missing: 1, extra: 1 });
    expect(result.examples).toEqual([
      'db 0: "user:2" (different)',
      'db 0: "user:3" (missing)',
      'db 0: "user:9" (extra)',
    ]);
    expect(result.scanned).toBe(5);
  });

  test.each(['full', 'keys', 'sample'] as const)('in mode %s', async mode => {
    await fill(two.source, { keys: 3000 });
    await fill(two.source, { keys: 3000, prefix: 'more' });
    await fill(two.target, { keys: 3000 });
    const result = await verify(selecting({ match: ['key:*'] }), { mode, sampleSize: 500 });
    expect(counts(result)).toEqual(allEqual(mode === 'sample' ? result.compared : 3000));
    expect(result.compared).toBeGreaterThanOrEqual(500);
  });
});

describe('a filter of types', () => {
  const ofTypes = selecting({ types: ['hash', 'set'] });

  test('takes keys of these types only', async () => {
    await two.both(['HSET', 'h', 'f', 'v'], ['SADD', 's', 'm']);
    await two.run('source', ['SADD', 'only', 'm'], ['RPUSH', 'l', 1], ['SET', 'a', 1]);
    await two.run('target', ['SET', 'a', 2], ['SET', 'b', 1], ['HSET', 'theirs', 'f', 'v']);
    expect(counts(await verify(ofTypes))).toEqual({ ...allEqual(4), missing: 1, extra: 1 });
  });

  test('what has another type on the source now is none of these keys: the target should not have it', async () => {
    await two.run('source', ['SET', 'was:hash', 1], ['SET', 'both', 1]);
    await two.run('target', ['HSET', 'was:hash', 'f', 'v'], ['SET', 'both', 2]);
    for (const mode of ['full', 'keys'] as const)
      expect(await verify(ofTypes, { mode })).toMatchObject({ extra: 1, different: 0, missing: 0 });
  });

  test('the other way about the value differs', async () => {
    await two.run('source', ['HSET', 'is:hash', 'f', 'v']);
    await two.run('target', ['SET', 'is:hash', 1]);
    expect(await verify(ofTypes)).toMatchObject({ extra: 0, different: 1, missing: 0 });
  });
});

describe('databases', () => {
  test('those that are not selected are left out, those that are sent elsewhere are looked for there', async () => {
    await two.run('source', ['SELECT', 0], ...set('a', 'b'), ['SELECT', 1], ...set('c'), ['SELECT', 2], ...set('d'));
    await two.run('target', ['SELECT', 5], ...set('a', 'e'), ['SELECT', 1], ...set('c'), ['SELECT', 0], ...set('x'));
    const result = await verify(selecting({ databases: [0, 1] }, { databases: { 0: 5 } }));
    expect(counts(result)).toEqual({ ...allEqual(4), missing: 1, extra: 1 });
    expect(result.examples).toEqual(['db 0: "b" (missing)', 'db 0: "e" (extra)']);
  });

  test('two that change places', async () => {
    await two.run('source', ['SELECT', 0], ...set('a'), ['SELECT', 1], ...set('b'));
    await two.run('target', ['SELECT', 1], ...set('a'), ['SELECT', 0], ...set('b'));
    const swapped = selecting({}, { databases: { 0: 1, 1: 0 } });
    expect(counts(await verify(swapped))).toEqual(allEqual(2));
    expect(await verify(selecting({}))).toMatchObject({ missing: 2, extra: 2 });
  });
});

describe('a renamed prefix', () => {
  const selection = renaming('key:', 'schlüssel:');

  test('every type is found under its new name, and compared', async () => {
    await fillEveryType(two.source);
    await two.copy({ detach: true });
    const everything = renaming('', 'neu:');
    const before = await verify(everything);
    expect(before).toMatchObject({ different: 0, missing: before.compared });
    await renameAll((await contents(two.target)).keys(), 'neu:');
    expect(counts(await verify(everything))).toEqual(allEqual(before.compared));
  });

  test('differences of each kind are called by the name that the source has', async () => {
    await two.run('source', ...set('key:1', 'key:2', 'key:3', 'key:4', 'other'), ['PEXPIRE', 'key:4', 1e6]);
    await two.run('target', ...set('schlüssel:1', 'schlüssel:4', 'schlüssel:5', 'other', 'key:1'), [
      'SET',
      'schlüssel:2',
      'changed',
    ]);
    const result = await verify(selection);
    expect(counts(result)).toEqual({ ...allEqual(6), different: 2, missing: 1, extra: 1 });
    expect(result.examples.toSorted()).toEqual([
      'db 0: "key:2" (different)',
      'db 0: "key:3" (missing)',
      'db 0: "key:4" (ttl)',
      'db 0: "schl\\xc3\\xbcssel:5" (extra)',
    ]);
  });

  test('many keys, in each mode', async () => {
    await fill(two.source, { keys: 5000 });
    await fill(two.target, { keys: 5000, prefix: 'schlüssel' });
    // The lab writes the key's name into the value, in one of two ways.
    for (const mode of ['full', 'keys'] as const)
      expect(counts(await verify(selection, { mode }))).toEqual(allEqual(5000));
    const sampled = await verify(selection, { mode: 'sample', sampleSize: 700 });
    expect(sampled).toMatchObject({ verdict: 'consistent', compared: 700 });
  });

  test('a big value is found under its new name', async () => {
    const big = Buffer.alloc(1 << 20, 'x');
    await two.run('source', ['SET', 'key:big', big], ['SET', 'key:too', big]);
    await two.run('target', ['SET', 'schlüssel:big', big], ['SET', 'schlüssel:too', Buffer.alloc(1 << 20, 'y')]);
    expect(counts(await verify(selection))).toEqual({ ...allEqual(2), different: 1 });
  });

  test('a name of the target that two keys of the source could have is extra only without either', async () => {
    await two.run('source', ...set('a:1', 'b:2', 'a:3'));
    await two.run('target', ...set('b:1', 'b:2', 'b:3', 'b:4', 'a:9'));
    for (const mode of ['full', 'keys'] as const) {
      const result = await verify(renaming('a:', 'b:'), { mode });
      expect(counts(result)).toEqual({ ...allEqual(4), extra: 1 });
      expect(result.examples).toEqual(['db 0: "b:4" (extra)']);
    }
  });

  test('two keys of the source with one name on the target can not both be there', async () => {
    await two.run('source', ['SET', 'a:1', 'one'], ['SET', 'b:1', 'two']);
    await two.run('target', ['SET', 'b:1', 'one']);
    const result = await verify(renaming('a:', 'b:'));
    expect(result.examples).toEqual(['db 0: "b:1" (different)']);
  });
});

test('filter, types, databases and prefix together', async () => {
  const selection = selecting(
    { match: ['u:*'], exclude: ['*:x'], types: ['hash'], databases: [3] },
    { databases: { 3: 0 }, prefix: { from: 'u:', to: '' } },
  );
  await two.run('source', ['SELECT', 3], ['HSET', 'u:1', 'f', 1], ['HSET', 'u:2', 'f', 1], ['HSET', 'u:x', 'f', 1]);
  await two.run('source', ['SELECT', 3], ...set('u:3', 'v:1'));
  await two.run('target', ['HSET', '1', 'f', 1], ['HSET', '2', 'f', 2], ['HSET', '4', 'f', 1], ['SET', '5', 1]);
  const result = await verify(selection);
  expect(counts(result)).toEqual({ ...allEqual(3), different: 1, extra: 1 });
  expect(result.examples).toEqual(['db 3: "u:2" (different)', 'db 3: "u:4" (extra)']);
});
