import { expect, test } from 'vitest';
import { replicaReadOnly } from '../../src/preflight/replica-read-only.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a replica that takes writes is warned of on either side', async () => {
  const [source, target] = await startPair({}, { config: { 'replica-read-only': 'no' } });
  const results = await replicaReadOnly(await contextOf(source, target));
  expect(brief(results)).toEqual(['source pass', 'target warning']);
  expect(texts(results)).toContain('during the sync the target would take writes');
  expect(brief(await replicaReadOnly(await contextOf(target, source)))).toEqual(['source warning', 'target pass']);
});
