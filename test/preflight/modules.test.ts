import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { modules } from '../../src/preflight/modules.js';
import { serverVersions } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { brief, contextOf, saying, start, startPair, texts } from './support.js';

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

describeEachVersion('from Redis 8.0, live, to', version => {
  test.skipIf(!serverVersions().includes('8.0'))('vector sets are only missed where they were used', async () => {
    const [source, target] = await Promise.all([start({ version: '8.0' }), start({ version })]);
    const judge = async () => modules(await contextOf(source, target, { input: { method: 'live' } }));
    const has = version === '8.0';
    const unused = await judge();
    expect(brief(unused)).toEqual([has ? 'both pass' : 'target warning']);
    if (!has) expect(texts(unused)).toContain('Keys of theirs are left out, and a command of theirs');
    await source.cli('VADD', 'vectors', 'VALUES', '2', '1', '0', 'here');
    expect(brief(await judge())).toEqual([has ? 'both pass' : 'target failure']);
  });
});
