import { expect, test } from 'vitest';
import { sourcePersistence } from '../../src/preflight/source-persistence.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a source that would come back empty is warned of', async () => {
  const [source, target] = await startPair({ persistence: 'aof' }, { persistence: 'none' });
  expect(brief(await sourcePersistence(await contextOf(source, target)))).toEqual(['source pass']);
  const results = await sourcePersistence(await contextOf(target, source));
  expect(brief(results)).toEqual(['source warning']);
  expect(texts(results)).toContain('comes back empty');
});
