import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { modules } from '../../src/preflight/modules.js';
import { brief, contextOf, saying, startPair, texts } from './support.js';

let context: CheckContext;
beforeAll(async () => {
  context = await contextOf(...(await startPair()));
});

/** As Redis 7 prints them; no module is at hand that could be loaded everywhere. */
const loaded = (...names: string[]) => ({
  'INFO modules': `# Modules\r\n${names.map(name => `module:name=${name.split(' ')[0]},ver=${name.split(' ')[1]},api=1,filters=0,usedby=[],using=[],options=[]\r\n`).join('')}`,
});
const judge = (source: string[], target: string[]) =>
  modules({
    ...context,
    source: saying(context.source, loaded(...source)),
    target: saying(context.target, loaded(...target)),
  });

test('real servers without modules pass', async () => {
  const results = await modules(context);
  expect(brief(results)).toEqual(['both pass']);
  expect(texts(results)).toContain('The source has no modules.');
});

test('every module of the source must be there, in no older version', async () => {
  expect(brief(await judge(['ReJSON 20606', 'bf 20407'], ['bf 20407', 'ReJSON 20607', 'search 1']))).toEqual([
    'both pass',
  ]);
  const missing = await judge(['ReJSON 20606', 'bf 20407'], ['bf 20407']);
  expect(brief(missing)).toEqual(['target failure']);
  expect(texts(missing)).toContain('the target lacks: "ReJSON"');
  expect(brief(await judge(['bf 20407'], ['bf 10000']))).toEqual(['target warning']);
});
