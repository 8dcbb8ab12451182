import { afterAll, beforeEach, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import { fill, startRedis } from '../lab/index.js';
import { copyAll, digestOf, totals } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));
beforeEach(async () => {
  for (const server of [source, target]) await server.cli('FLUSHALL');
  await fill(source, { keys: 5000 });
  for (const name of ['key:7', 'key:2500', 'other']) await target.cli('SET', name, 'of the target');
});

test('a check counts the keys that the target has, names them, and changes nothing', async () => {
  const before = await digestOf(target);
  const [report] = await copyAll(source, target, { mode: 'check' });
  expect(report?.progress).toMatchObject({ scanned: 5000, conflicts: 2, copied: 0, done: true });
  expect(report?.progress.examples.sort()).toEqual(['"key:2500"', '"key:7"']);
  expect(await digestOf(target)).toBe(before);
});

test('with many conflicts a checkpoint stays small', async () => {
  await fill(target, { keys: 5000 });
  const [report] = await copyAll(source, target, { mode: 'check' });
  expect(report?.progress).toMatchObject({ conflicts: 5000 });
  expect(report?.progress.examples).toHaveLength(10);
  expect(JSON.stringify(report).length).toBeLessThan(2000);
});

test('replace: the keys of the source are on the target as they are, its other keys stay', async () => {
  expect(totals(await copyAll(source, target))).toMatchObject({ copied: 5000, skipped: 0 });
  await source.cli('SET', 'other', 'of the target');
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('skip: what the target has it keeps, the rest is copied', async () => {
  expect(totals(await copyAll(source, target, { onConflict: 'skip' }))).toMatchObject({ copied: 4998, skipped: 2 });
  expect(await target.cli('GET', 'key:2500')).toBe('of the target');
  for (const name of ['key:7', 'key:2500', 'other']) await source.cli('SET', name, 'of the target');
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('the check looks for the names that the keys will have, in their new database', async () => {
  const rename = { databases: { 0: 5 }, prefix: { from: 'key:', to: 'new:' } };
  const selection = Selection.of({ filter: null, rename });
  expect(totals(await copyAll(source, target, { mode: 'check', selection })).conflicts).toBe(0);
  await copyAll(source, target, { selection });
  const [report] = await copyAll(source, target, { mode: 'check', selection });
  expect(report?.progress).toMatchObject({ conflicts: 5000 });
  expect(await target.cli('GET', 'key:7')).toBe('of the target');
});

test('two keys of the source that would have one name are a conflict, whatever the target has', async () => {
  await target.cli('FLUSHALL');
  await source.cli('SET', 'new:17', 'keeps its name');
  const selection = Selection.of({ filter: null, rename: { databases: {}, prefix: { from: 'key:', to: 'new:' } } });
  const [report] = await copyAll(source, target, { mode: 'check', selection });
  expect(report?.progress).toMatchObject({ scanned: 5001, conflicts: 1, examples: ['"key:17"'] });
});
