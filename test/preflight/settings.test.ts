import { expect, test } from 'vitest';
import { settings } from '../../src/preflight/settings.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('settings by which an application would notice the other server are listed', async () => {
  const [source, target] = await startPair();
  const judge = async () => settings(await contextOf(source, target));
  expect(brief(await judge())).toEqual(['both pass']);
  expect(texts(await judge())).toMatch(/^\d\d settings/);

  await source.cli('CONFIG', 'SET', 'notify-keyspace-events', 'KEA');
  await target.cli('CONFIG', 'SET', 'hash-max-listpack-entries', '64');
  const results = await judge();
  expect(brief(results)).toEqual(['target warning']);
  expect(texts(results)).toContain(
    'notify-keyspace-events AKE on the source, "" on the target; hash-max-listpack-entries',
  );
  expect(texts(results)).toContain('CONFIG SET notify-keyspace-events AKE; CONFIG SET hash-max-listpack-entries 512');
});
