import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import type { VerificationProgress } from '../../src/verification/progress.js';
import { anybody } from '../copy/support.js';
import { asText, connect, contents, fill, fillEveryType } from '../lab/index.js';
import { allEqual, type Command, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const repair = { writer: anybody, deleteExtra: true };
const set = (...names: string[]): Command[] => names.map(name => ['SET', name, 'value']);
const renaming = (from: string, to: string) =>
  Selection.of({ filter: null, rename: { databases: {}, prefix: { from, to } } });

async function keysOf(side: 'source' | 'target'): Promise<string[]> {
  const connection = await connect(two[side]);
  try {
    return ((await connection.send('KEYS', '*')) as Buffer[]).map(asText).sort();
  } finally {
    connection.close();
  }
}

test('an empty target gets everything: every type, all databases, expiries', async () => {
  await fillEveryType(two.source);
  const result = await two.verify({ repair });
  expect(result).toMatchObject({ verdict: 'consistent', missing: 0, unsettled: 0 });
  expect(result.repaired).toBe(result.compared);
  expect(counts(await two.verify())).toEqual(allEqual(result.compared));
});

test('each kind of difference is mended, and counted', async () => {
  await fill(two.source, { keys: 3000 });
  await two.copy({ detach: true });
  await two.run('target', ['SET', 'key:1', 'changed'], ['DEL', 'key:2'], ['PEXPIRE', 'key:3', 1e6], ...set('more'));
  await two.run('source', ['RPUSH', 'key:list', 1, 2], ['PEXPIRE', 'key:4', 1e6]);
  const result = await two.verify({ repair });
  expect(counts(result)).toEqual(allEqual(3002));
  expect(result).toMatchObject({ repaired: 6, unheld: [], verdict: 'consistent' });
  expect(await contents(two.target)).toEqual(await contents(two.source));
});

test('what only the target has is left, unless it may be deleted', async () => {
  await two.run('target', ...set('theirs'));
  const result = await two.verify({ repair: { writer: anybody, deleteExtra: false } });
  expect(result).toMatchObject({ verdict: 'different', extra: 1, repaired: 0 });
  expect(await keysOf('target')).toEqual(['theirs']);
  expect(await two.verify({ repair })).toMatchObject({ verdict: 'consistent', repaired: 1 });
  expect(await keysOf('target')).toEqual([]);
});

test('with skip, a key that the target has is left as it is', async () => {
  await two.run('source', ['SET', 'a', 'ours'], ['SET', 'b', 'ours']);
  await two.run('target', ['SET', 'a', 'theirs']);
  const result = await two.verify({ repair: { writer: anybody, deleteExtra: false, onConflict: 'skip' } });
  expect(result).toMatchObject({ verdict: 'different', different: 1, repaired: 1 });
  expect((await two.target.cli('GET', 'a')).toString()).toContain('theirs');
});

test('nothing is changed without it', async () => {
  await two.run('source', ...set('a', 'b'));
  await two.run('target', ['SET', 'a', 'theirs'], ...set('c'));
  expect(await two.verify({ rounds: 1 })).toMatchObject({ different: 1, missing: 1, extra: 1, repaired: 0 });
  expect(await keysOf('target')).toEqual(['a', 'c']);
});

test('more differences than the list of suspects holds, of each kind', async () => {
  await fill(two.source, { keys: 9000 });
  await fill(two.source, { keys: 3000, prefix: 'changed' });
  await fill(two.target, { keys: 3000, prefix: 'changed', bytes: 10 });
  await fill(two.target, { keys: 7000, prefix: 'more' });
  const result = await two.verify({ repair });
  expect(result).toMatchObject({ verdict: 'consistent', repaired: 19_000, missing: 0, extra: 0, different: 0 });
  expect(counts(await two.verify())).toEqual(allEqual(12_000));
});

test('those that can not be mended fill the list, and the others are mended all the same', async () => {
  // Both keys of each pair want the same name.
  await fill(two.source, { keys: 6000, prefix: 'a', bytes: 10 });
  await fill(two.source, { keys: 6000, prefix: 'b', bytes: 11 });
  await fill(two.source, { keys: 6000, prefix: 'zz' });
  await fill(two.target, { keys: 6000, prefix: 'b', bytes: 12 });
  const selection = renaming('a:', 'b:');
  const result = await two.verify({ repair, selection, rounds: 1 });
  expect(counts(result)).toEqual({ ...allEqual(18_000), different: 12_000 });
  expect(result.repaired).toBe(6000);
  expect((await keysOf('target')).filter(name => name.startsWith('zz'))).toHaveLength(6000);
});

describe('with a selection', () => {
  const selection = Selection.of({
    filter: { match: ['u:*', 'v:*'], exclude: ['*:x'], types: ['string'], databases: [0] },
    rename: { databases: { 0: 2 }, prefix: { from: 'u:', to: 'w:' } },
  });

  test('only its keys are touched', async () => {
    await two.run('source', ...set('u:1', 'u:2', 'u:x', 'v:1', 'other'), ['HSET', 'u:hash', 'f', 'v']);
    const untouched: Command[] = [...set('w:x', 'other', 'u:1', 'own'), ['HSET', 'w:hash', 'f', 'mine']];
    await two.run('target', ...untouched, ['SELECT', 2], ...untouched, ...set('w:3', 'v:2'), ['SET', 'w:2', 'old']);
    const result = await two.verify({ repair, selection });
    expect(result).toMatchObject({ verdict: 'consistent', compared: 5, repaired: 5 });
    const target = await connect(two.target);
    await target.send('SELECT', 2);
    expect(((await target.send('KEYS', '*')) as Buffer[]).map(asText).sort()).toEqual(
      ['w:1', 'w:2', 'v:1', 'w:x', 'other', 'u:1', 'own', 'w:hash'].sort(),
    );
    expect(asText((await target.send('HGET', 'w:hash', 'f')) as Buffer)).toBe('mine');
    await target.send('SELECT', 0);
    expect(await target.send('DBSIZE')).toBe(untouched.length);
    target.close();
  });

  test('a key that has a type now that is not selected goes from the target', async () => {
    await two.run('source', ['HSET', 'v:1', 'f', 'v']);
    await two.run('target', ['SELECT', 2], ...set('v:1'));
    expect(await two.verify({ repair, selection })).toMatchObject({ verdict: 'consistent', repaired: 1 });
    expect((await two.target.info('keyspace')).db2).toBeUndefined();
  });

  test('of two keys with one name neither is overwritten', async () => {
    await two.run('source', ['SET', 'a:1', 'one'], ['SET', 'b:1', 'two'], ...set('a:2'));
    await two.run('target', ['SET', 'b:1', 'one']);
    const result = await two.verify({ repair, selection: renaming('a:', 'b:') });
    expect(result).toMatchObject({ verdict: 'different', different: 1, repaired: 1 });
    expect((await two.target.cli('GET', 'b:1')).toString()).toContain('one');
  });
});

test('a key that goes on changing stays unsettled, what else differs is mended', async () => {
  await two.run('source', ...set('hot', 'cold'));
  const writer = await connect(two.source);
  let writing = true;
  const written = (async () => {
    for (let n = 0; writing; n++) await writer.send('SET', 'hot', n);
  })();
  try {
    const result = await two.verify({ repair });
    expect(result).toMatchObject({ verdict: 'unsettled', unsettled: 1, repaired: 1, different: 0, missing: 0 });
    expect(result.examples).toEqual(['db 0: "hot" (different)']);
  } finally {
    writing = false;
    await written;
    writer.close();
  }
  expect(await two.verify({ repair })).toMatchObject({ verdict: 'consistent', repaired: 1 });
});

test('stopped anywhere, another goes on from the checkpoint, or begins anew', async () => {
  await fill(two.source, { keys: 12_000 });
  await fill(two.target, { keys: 6000, prefix: 'more' });
  const seen: VerificationProgress[] = [];
  for (let stops = 0; stops < 6; stops++) {
    const stop = new AbortController();
    let left = 2 + stops * 3;
    const onProgress = (progress: VerificationProgress) => {
      seen.push(JSON.parse(JSON.stringify(progress)));
      if (--left === 0) stop.abort(new Error('stopped'));
    };
    const resume = stops % 3 === 0 ? undefined : seen.at(-1);
    await two.verify({ repair }, { resume, onProgress, signal: stop.signal }).catch((error: Error) => {
      if (error.message !== 'stopped') throw error;
    });
  }
  expect(await two.verify({ repair }, { resume: seen.at(-1) })).toMatchObject({ verdict: 'consistent' });
  expect(counts(await two.verify())).toEqual(allEqual(12_000));
});

test.each(['keys', 'sample'] as const)('mode %s mends nothing', async mode => {
  await two.run('source', ...set('a'));
  expect(await two.verify({ mode, repair, rounds: 1 })).toMatchObject({ verdict: 'different', repaired: 0 });
});
