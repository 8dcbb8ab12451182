import { afterAll, beforeEach, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import { contents, fillEveryType, startRedis } from '../lab/index.js';
import { copyAll } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));
beforeEach(async () => {
  for (const server of [source, target]) await server.cli('FLUSHALL');
  await fillEveryType(source);
});

const filter = { match: [] as string[], exclude: [] as string[], types: [] as string[], databases: [] as number[] };

/** What the target holds, by `DATABASE/KEY`, and what the source holds of which `chosen` is true. */
async function copied(selection: Selection, chosen: (name: string, type: string) => boolean) {
  await copyAll(source, target, { selection });
  const all = [...(await contents(source))].filter(([name, { type }]) => chosen(name, type));
  expect(all.length).toBeGreaterThan(0);
  return { onTarget: await contents(target), expected: new Map(all) };
}

test('patterns', async () => {
  const selection = Selection.of({
    filter: { ...filter, match: ['set:*', 'hash:*'], exclude: ['*:expiring'] },
    rename: null,
  });
  const { onTarget, expected } = await copied(selection, name => /\/(set|hash):/.test(name) && !/expiring/.test(name));
  expect(onTarget).toEqual(expected);
});

test('types and databases', async () => {
  const types = ['stream', 'zset'];
  const selection = Selection.of({ filter: { ...filter, types, databases: [3, 15] }, rename: null });
  const { onTarget, expected } = await copied(
    selection,
    (name, type) => types.includes(type) && !name.startsWith('0/'),
  );
  expect(onTarget).toEqual(expected);
});

test('other databases and another prefix', async () => {
  const rename = { databases: { 0: 7, 3: 0 }, prefix: { from: 'string:', to: 'a much longer prefix:' } };
  const { onTarget, expected } = await copied(Selection.of({ filter: null, rename }), () => true);
  const renamed = [...expected].map(([name, content]) => {
    const [, db, key] = /^(\d+)\/(.*)$/s.exec(name) as unknown as [string, string, string];
    const to = { 0: 7, 3: 0 }[db] ?? db;
    return [`${to}/${key.replace(/^string:/, 'a much longer prefix:')}`, content] as const;
  });
  expect(onTarget).toEqual(new Map(renamed));
});

test("the product's own keys stay where they are", async () => {
  await source.cli('SET', '__redis-migration:lock', 'source');
  await target.cli('SET', '__redis-migration:lock', 'target');
  await copyAll(source, target);
  expect(await target.cli('GET', '__redis-migration:lock')).toBe('target');
});
