import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { snapshotVersion } from '../../src/preflight/snapshot-version.js';
import { versions } from '../../src/preflight/versions.js';
import { describeEachVersion } from '../support/each-version.js';
import { brief, contextOf, start, startPair, texts } from './support.js';

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

describeEachVersion('live, from', version => {
  const written: Record<string, number> = {
    '6.0': 9,
    '6.2': 9,
    '7.0': 10,
    '8.0': 12,
    'valkey-8.0': 11,
    'valkey-8.1': 11,
  };

  test('its snapshots can be read, of whichever size its keys are', async () => {
    const source = await start({ version });
    const target = await start({ version });
    const judged = async () => {
      const context = await contextOf(source, target, { input: { method: 'live' } });
      return { results: await versions(context), found: await snapshotVersion(context.source) };
    };
    expect((await judged()).found).toBeNull();
    await source.cli('SETRANGE', 'big', '1000000', 'x');
    expect((await judged()).found).toBeNull();
    await source.cli('DEL', 'big');
    await source.cli('SET', 'small', 'x');
    const { results, found } = await judged();
    expect(found).toBe(written[version]);
    expect(brief(results)).toEqual(['both pass']);
    expect(texts(results)).toContain('a worker brings values as the bytes that they are');
    const closed = await start({ version, config: { 'rename-command': 'MEMORY ""' } });
    await closed.cli('SET', 'small', 'x');
    expect(await snapshotVersion((await contextOf(closed, target)).source)).toBeNull();
  });
});

test.each(['live', 'rdb'] as const)('%s refuses a source whose snapshots are of a version to come', async method => {
  const payload = Buffer.alloc(20);
  payload.writeUInt16LE(13, 10);
  const [from, to] = await startPair();
  await from.cli('SET', 'key', 'x');
  const { source, ...rest } = await contextOf(from, to, { input: { method } });
  const later: typeof source = {
    ...source,
    call: source.call,
    callBuffer: async (command, ...args) => (command === 'DUMP' ? payload : source.callBuffer(command, ...args)),
  };
  const results = await versions({ ...rest, source: later });
  expect(brief(results)).toEqual(['source failure (final)']);
  expect(texts(results)).toContain('snapshots of RDB version 13, which');
});
