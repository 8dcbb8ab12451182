import { expect, test } from 'vitest';
import { functions } from '../../src/preflight/functions.js';
import { describeEachVersion } from '../support/each-version.js';
import { brief, contextOf, start, startPair, texts } from './support.js';

const library = (name: string) => `#!lua name=${name}\nredis.register_function('${name}_f', function() return 1 end)`;

test("libraries travel with the data, and the target's own ones go", async () => {
  const [source, target] = await startPair();
  const judge = async () => functions(await contextOf(source, target));
  expect(texts(await judge())).toContain('no functions');

  await source.cli('FUNCTION', 'LOAD', library('stock'));
  const replicated = await judge();
  expect(brief(replicated)).toEqual(['both pass']);
  expect(texts(replicated)).toContain('1 function library of the source will be replicated: "stock"');

  await target.cli('FUNCTION', 'LOAD', library('local'));
  const lost = await judge();
  expect(brief(lost)).toEqual(['target warning']);
  expect(texts(lost)).toContain('will be gone after the sync: "local"');
});

describeEachVersion('live, from Redis 7.0 to', version => {
  test('libraries come along, where the target knows any and all of the source is wanted', async () => {
    const [source, target] = await Promise.all([start(), start({ version })]);
    const judge = async (input: object = {}) =>
      functions(await contextOf(source, target, { input: { method: 'live', ...input } }));
    expect(texts(await judge())).toContain('no functions');
    await source.cli('FUNCTION', 'LOAD', library('stock'));
    const results = await judge();
    const isOld = version.startsWith('6');
    expect(brief(results)).toEqual([isOld ? 'target failure' : 'both pass']);
    expect(texts(results)).toContain(
      isOld ? 'older than 7.0: "stock". They stay behind' : 'with the snapshot: "stock"',
    );
    expect(brief(await judge({ rename: { databases: { '0': 1, '1': 0 } } }))).toEqual(['target warning']);
  });
});
