import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { hashFieldTtl } from '../../src/preflight/hash-field-ttl.js';
import { brief, contextOf, startPair, texts } from './support.js';

let context: CheckContext;
beforeAll(async () => {
  context = await contextOf(...(await startPair()));
});

const redis = (version: string, hashes = 0) => ({
  redis_version: version,
  db0: `keys=9,expires=1,avg_ttl=0,subexpiry=${hashes}`,
  db3: `keys=1,expires=0,avg_ttl=0,subexpiry=${hashes}`,
});
const valkey = (version: string, hashes = 0) => ({
  redis_version: '7.2.4',
  valkey_version: version,
  db0: `keys=9,expires=1,avg_ttl=0,keys_with_volatile_items=${hashes}`,
});

const between = (source: Record<string, string>, target: Record<string, string>): CheckContext => ({
  ...context,
  sourceInfo: new Map(Object.entries(source)),
  targetInfo: new Map(Object.entries(target)),
});

test.each([
  ['neither knows them', redis('7.2.4'), redis('8.0.2'), 'source pass', 'has no expiring hash fields'],
  ['one dialect', redis('7.4.1', 5), redis('8.0.2'), 'both pass', '10 hashes of the source'],
  ['Valkey alone', valkey('9.0.0', 1), valkey('9.1.0'), 'both pass', '1 hash of the source'],
  ['another dialect', redis('7.4.1', 5), valkey('9.0.0'), 'target failure', 'speaks that of Valkey 9'],
  ['another one, not in use', redis('7.4.1'), valkey('9.0.0'), 'target warning', 'HPERSIST'],
  ['too old a target', valkey('9.0.0', 2), valkey('8.0.1'), 'target failure', "the target doesn't know them"],
])('%s', async (_, source, target, outcome, text) => {
  const results = await hashFieldTtl(between(source, target));
  expect(brief(results)).toEqual([outcome]);
  expect(texts(results)).toContain(text);
});

test('the real servers of 7.0 have none', async () => {
  expect(brief(await hashFieldTtl(context))).toEqual(['source pass']);
});
