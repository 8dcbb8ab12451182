import { beforeAll, expect, test } from 'vitest';
import { evictionPolicy } from '../../src/preflight/eviction-policy.js';
import type { RedisServer } from '../lab/redis.js';
import { brief, contextOf, startPair, texts, withSettings } from './support.js';

let source: RedisServer;
let target: RedisServer;
beforeAll(async () => {
  [source, target] = await startPair();
});

const evicting = { maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' };
const judge = (onSource: Record<string, string>, onTarget: Record<string, string>) =>
  withSettings(source, onSource, () =>
    withSettings(target, onTarget, async () => evictionPolicy(await contextOf(source, target))),
  );

test.each([
  ['neither evicts', {}, {}, 'source pass', 'target pass', 'alike'],
  ['a limit without eviction', {}, { maxmemory: '100mb' }, 'source pass', 'target pass', 'noeviction at 100 MiB'],
  ['only the target evicts', {}, evicting, 'source pass', 'target failure', 'evict keys that the source keeps'],
  [
    'a replica that evicts',
    evicting,
    { ...evicting, 'replica-ignore-maxmemory': 'no' },
    'source warning',
    'target failure',
    'while it is a replica',
  ],
  [
    'the target refuses instead',
    evicting,
    { maxmemory: '100mb' },
    'source warning',
    'target warning',
    'refuse writes (OOM)',
  ],
  ['the target grows instead', evicting, {}, 'source warning', 'target warning', 'CONFIG SET maxmemory 104857600 and'],
  [
    'another policy',
    evicting,
    { ...evicting, 'maxmemory-policy': 'volatile-ttl' },
    'source warning',
    'target warning',
    'other keys',
  ],
  [
    'a lower limit',
    evicting,
    { ...evicting, maxmemory: '50mb' },
    'source warning',
    'target warning',
    'evicted earlier',
  ],
  ['both alike', evicting, evicting, 'source warning', 'target pass', 'alike on both sides'],
])('%s', async (_, onSource, onTarget, atSource, atTarget, text) => {
  const results = await judge(onSource, onTarget);
  expect(brief(results)).toEqual([atSource, atTarget]);
  expect(texts(results)).toContain(text);
});
