import { expect, test } from 'vitest';
import { clusterMode } from '../../src/preflight/cluster-mode.js';
import { brief, contextOf, startPair } from './support.js';

test('a node of a cluster is refused on either side', async () => {
  const [single, node] = await startPair({}, { config: { 'cluster-enabled': 'yes' } });
  expect(brief(await clusterMode(await contextOf(single, node)))).toEqual(['source pass', 'target failure (final)']);
  expect(brief(await clusterMode(await contextOf(node, single)))).toEqual(['source failure (final)', 'target pass']);
});
