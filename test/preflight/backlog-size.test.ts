import { expect, test } from 'vitest';
import { backlogSize } from '../../src/preflight/backlog-size.js';
import { loadOf } from './load.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('both backlogs must bridge a minute of writes', async () => {
  const [source, target] = await startPair({ config: { 'repl-backlog-size': '64mb' } });
  const judge = async (rate: number) => backlogSize(await contextOf(source, target, { baseline: loadOf(rate, 10) }));
  expect(brief(await judge(1000))).toEqual(['source pass', 'target pass']);
  const results = await judge(500_000);
  expect(brief(results)).toEqual(['source pass', 'target warning']);
  expect(texts(results)).toMatch(/way back would be lost.*CONFIG SET repl-backlog-size 33554432/);
  const both = await judge(2_000_000);
  expect(brief(both)).toEqual(['source warning', 'target warning']);
  expect(texts(both)).toContain('the target would start its sync over');
});
