import { expect, test } from 'vitest';
import { sameServer } from '../../src/preflight/same-server.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('one server under two names is refused for good, and so is a way back to the source itself', async () => {
  const [source, target] = await startPair();
  expect(brief(await sameServer(await contextOf(source, target)))).toEqual(['both pass']);

  const twice = await contextOf(source, source, { target: { url: `redis://localhost:${source.port}` } });
  const same = await sameServer(twice);
  expect(brief(same)).toEqual(['both failure (final)']);
  expect(texts(same)).toContain('one and the same server');

  const looped = await contextOf(source, target, { target: { addressForPeer: `127.0.0.1:${source.port}` } });
  expect(brief(await sameServer(looped))).toEqual(['target failure (final)']);
});
