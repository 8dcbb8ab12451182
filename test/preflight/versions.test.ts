import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { versions } from '../../src/preflight/versions.js';
import { brief, contextOf, startPair, texts } from './support.js';

let context: CheckContext;
beforeAll(async () => {
  context = await contextOf(...(await startPair()));
});

/** `redis 7.0.15` or `valkey 8.0.1`, which calls itself Redis 7.2.4 besides. */
const fieldsOf = (text: string): Record<string, string> => {
  const [engine, version = ''] = text.split(' ');
  return engine === 'valkey' ? { redis_version: '7.2.4', valkey_version: version } : { redis_version: version };
};

const between = (source: Record<string, string>, target: Record<string, string>): CheckContext => ({
  ...context,
  sourceInfo: new Map(Object.entries(source)),
  targetInfo: new Map(Object.entries(target)),
});

test.each([
  ['redis 7.0.15', 'redis 7.0.5', 'pass', 'works both ways'],
  ['redis 6.2.14', 'redis 7.4.1', 'warning', 'The way back works only as long as'],
  ['redis 4.0.14', 'redis 8.0.2', 'warning', ''],
  ['redis 7.2.4', 'valkey 8.1.1', 'warning', ''],
  ['redis 5.0.14', 'valkey 7.2.5', 'warning', ''],
  ['valkey 8.0.1', 'valkey 8.0.9', 'pass', ''],
  ['valkey 8.0.1', 'valkey 9.0.0', 'warning', ''],
  ['valkey 8.1.1', 'redis 7.4.1', 'warning', ''],
  ['redis 7.0.15', 'redis 6.2.14', 'final', 'the target is older'],
  ['redis 6.2.14', 'redis 6.0.16', 'final', 'the target is older'],
  ['redis 3.2.13', 'redis 7.0.15', 'final', 'came with Redis 4.0'],
  ['redis 7.4.1', 'valkey 8.1.1', 'final', "Valkey can't read snapshots of Redis 7.4"],
  ['redis 8.0.2', 'valkey 9.0.0', 'final', "Valkey can't read"],
  ['valkey 9.0.0', 'redis 8.0.2', 'final', "Redis can't read snapshots of Valkey 9"],
  ['valkey 8.0.1', 'redis 7.0.15', 'final', "before 7.2 can't read snapshots of Valkey"],
  ['valkey 8.1.1', 'valkey 8.0.1', 'final', 'the target is older'],
])('%s to %s: %s', async (source, target, outcome, text) => {
  const results = await versions(between(fieldsOf(source), fieldsOf(target)));
  expect(brief(results)).toEqual([outcome === 'final' ? 'both failure (final)' : `both ${outcome}`]);
  expect(texts(results)).toContain(text);
});

test('the two real servers are of one version', async () => {
  expect(brief(await versions(context))).toEqual(['both pass']);
});
