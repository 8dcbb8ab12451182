import { expect, test } from 'vitest';
import { scripts } from '../../src/preflight/scripts.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('scripts called by their hash will be missing on the target', async () => {
  const [source, target] = await startPair();
  const judge = async () => scripts(await contextOf(source, target));
  expect(brief(await judge())).toEqual(['source pass']);
  await source.cli('EVAL', 'return 1', '0');
  expect(brief(await judge())).toEqual(['source pass']);

  await source.cli('EVALSHA', await source.cli('SCRIPT', 'LOAD', 'return 2'), '0');
  const results = await judge();
  expect(brief(results)).toEqual(['source warning']);
  expect(texts(results)).toMatch(/caches 2 scripts; EVALSHA was called 1 time, SCRIPT LOAD 1 time.*NOSCRIPT/);

  await source.cli('CONFIG', 'RESETSTAT');
  expect(brief(await judge())).toEqual(['source warning']);
});
