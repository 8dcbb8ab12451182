import { expect, test } from 'vitest';
import { configRewrite } from '../../src/preflight/config-rewrite.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a server without a configuration file forgets its role in a restart', async () => {
  const [written, bare] = await startPair({}, { configFile: false });
  const results = await configRewrite(await contextOf(written, bare));
  expect(brief(results)).toEqual(['source pass', 'target warning']);
  expect(texts(results)).toContain('a master of its own');
  const otherWay = await configRewrite(await contextOf(bare, written));
  expect(brief(otherWay)).toEqual(['source warning', 'target pass']);
  expect(texts(otherWay)).toContain('brings the old source back as a master');
});
