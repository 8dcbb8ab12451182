import { expect, test } from 'vitest';
import { functions } from '../../src/preflight/functions.js';
import { brief, contextOf, startPair, texts } from './support.js';

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
