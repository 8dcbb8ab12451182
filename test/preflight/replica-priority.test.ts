import { expect, test } from 'vitest';
import { replicaPriority } from '../../src/preflight/replica-priority.js';
import { startSentinel } from './sentinel-process.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a target that a Sentinel of the source could promote fails', async () => {
  const [source, target] = await startPair();
  expect(brief(await replicaPriority(await contextOf(source, target)))).toEqual(['target pass']);
  await startSentinel(source);
  const promotable = await replicaPriority(await contextOf(source, target));
  expect(brief(promotable)).toEqual(['target failure']);
  expect(texts(promotable)).toContain('CONFIG SET replica-priority 0');
  await target.cli('CONFIG', 'SET', 'replica-priority', '0');
  expect(brief(await replicaPriority(await contextOf(source, target)))).toEqual(['target pass']);
});
