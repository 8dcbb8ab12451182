import { expect, test } from 'vitest';
import { settings } from '../../src/preflight/settings.js';
import { brief, contextOf, informed, startPair, texts } from './support.js';

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

  const older = await settings(informed(await contextOf(source, target), 'target', { redis_version: '6.2.14' }));
  expect(texts(older)).toContain('CONFIG SET hash-max-ziplist-entries 512');
});

test('a setting that only one side knows is not compared', async () => {
  const [source, target] = await startPair();
  const context = await contextOf(source, target);
  const { pipeline } = context.target;
  const forgetful = {
    ...context.target,
    pipeline: async (commands: Parameters<typeof pipeline>[0]) =>
      (await pipeline(commands)).map((reply, index) => (commands[index]?.[2] === 'latency-tracking' ? [] : reply)),
  };
  expect(brief(await settings({ ...context, target: forgetful }))).toEqual(['both pass']);
});
