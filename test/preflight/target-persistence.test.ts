import { expect, test } from 'vitest';
import { targetPersistence } from '../../src/preflight/target-persistence.js';
import { brief, contextOf, start, startPair, texts } from './support.js';

test('a target must persist, in one way or the other', async () => {
  const [source, target] = await startPair({}, { persistence: 'none' });
  const results = await targetPersistence(await contextOf(source, target));
  expect(brief(results)).toEqual(['target failure']);
  expect(texts(results)).toContain('CONFIG SET appendonly yes');

  await target.cli('CONFIG', 'SET', 'save', '3600 1');
  const saved = await targetPersistence(await contextOf(source, target));
  expect(brief(saved)).toEqual(['target pass']);
  expect(texts(saved)).toContain('save points 3600 1');
  const logged = await targetPersistence(await contextOf(source, await start({ persistence: 'aof' })));
  expect(texts(logged)).toContain('append-only file');
});
