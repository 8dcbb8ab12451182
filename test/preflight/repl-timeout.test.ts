import { expect, test } from 'vitest';
import { replTimeout } from '../../src/preflight/repl-timeout.js';
import { loadOf } from './load.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('the link must outlast a silence of the full sync, and its own PINGs', async () => {
  const [source, target] = await startPair({ config: { 'repl-timeout': '600' } });
  const judge = async (seconds: number) =>
    replTimeout(await contextOf(source, target, { baseline: loadOf(0, seconds) }));
  expect(brief(await judge(10))).toEqual(['source pass', 'target pass']);
  const slow = await judge(90);
  expect(brief(slow)).toEqual(['source pass', 'target warning']);
  expect(texts(slow)).toContain('On the target: CONFIG SET repl-timeout 180');

  await target.cli('CONFIG', 'SET', 'repl-ping-replica-period', '60');
  const idle = await judge(10);
  expect(brief(idle)).toEqual(['source pass', 'target failure']);
  expect(texts(idle)).toContain('an idle link breaks again and again');
});
