import { expect, test } from 'vitest';
import { sentinel } from '../../src/preflight/sentinel.js';
import { startSentinel } from './sentinel-process.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a Sentinel is seen at the server that it watches, with or without the right to list clients', async () => {
  const users = ['uncounting on >secret ~* &* +@all -pubsub', 'blind on >secret ~* &* +@all -pubsub -client|list'];
  const [source, target] = await startPair({ users });
  expect(brief(await sentinel(await contextOf(source, target)))).toEqual(['source pass', 'target pass']);

  await startSentinel(source);
  const seen = await sentinel(await contextOf(source, target));
  expect(brief(seen)).toEqual(['source failure (final)', 'target pass']);
  expect(texts(seen)).toMatch(/watched by 1 Sentinel, connected from "127.0.0.1:\d+".*SENTINEL REMOVE/);

  const as = (username: string) => contextOf(source, target, { sourceLogin: { username, password: 'secret' } });
  expect(brief(await sentinel(await as('uncounting')))).toEqual(['source failure (final)', 'target pass']);
  expect(brief(await sentinel(await as('blind')))).toEqual(['source warning', 'target pass']);
});
