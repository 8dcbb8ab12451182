import { expect, test } from 'vitest';
import { clusterMode } from '../../src/preflight/cluster-mode.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a node of a cluster is refused on either side', async () => {
  const [single, node] = await startPair({}, { config: { 'cluster-enabled': 'yes' } });
  expect(brief(await clusterMode(await contextOf(single, node)))).toEqual(['source pass', 'target failure (final)']);
  expect(brief(await clusterMode(await contextOf(node, single)))).toEqual(['source failure (final)', 'target pass']);
});

test('MIGRATE of many keys is refused there as well', async () => {
  const [single, node] = await startPair({}, { config: { 'cluster-enabled': 'yes' } });
  const results = await clusterMode(await contextOf(single, node, { input: { method: 'migrate' } }));
  expect(brief(results)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(results)).toMatch(/MIGRATE of many keys.*dump-restore/);
});
