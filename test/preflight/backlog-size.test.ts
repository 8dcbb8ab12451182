import { expect, test } from 'vitest';
import { backlogSize } from '../../src/preflight/backlog-size.js';
import { describeEachVersion } from '../support/each-version.js';
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

describeEachVersion('live, of', version => {
  test('a worker that follows needs them as much, and is told what it would lose', async () => {
    const [source, target] = await startPair({ version }, { version });
    const judge = async (rate: number) =>
      backlogSize(await contextOf(source, target, { input: { method: 'live' }, baseline: loadOf(rate, 10) }));
    expect(brief(await judge(10))).toEqual(['source pass', 'target pass']);
    const results = await judge(2_000_000);
    expect(brief(results)).toEqual(['source warning', 'target warning']);
    expect(texts(results)).toMatch(
      /another one that takes over, would begin anew with a fresh snapshot.*repl-backlog-size 134217728/,
    );
    expect(texts(results)).toContain('the worker could not bring it all to the old source');
  });
});
