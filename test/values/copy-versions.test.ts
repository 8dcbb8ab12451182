import { afterAll, beforeAll, expect, test } from 'vitest';
import { RespConnection } from '../../src/resp/connection.js';
import { compareValue } from '../../src/values/compare-value.js';
import { copyValue, type ValueCopied } from '../../src/values/copy-value.js';
import { copyValues } from '../../src/values/copy-values.js';
import { all, everyKey } from '../lab/fill.js';
import {
  allVersions,
  type Content,
  contents,
  heldBy,
  type RedisServer,
  type ServerVersion,
  startRedis,
} from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { endpointOf } from './support.js';

/** The pairs that say most of all 36: from and to the version in the middle, and the farthest down. */
const targetsOf = (source: ServerVersion): readonly ServerVersion[] =>
  allVersions.filter(target => source === '7.0' || target === '7.0' || (source === '8.0' && target !== 'valkey-8.0'));

const before7 = (version: ServerVersion): boolean => version.startsWith('6.');

describeEachVersion('from', sourceVersion => {
  let sourceServer: RedisServer;
  let keys: Buffer[];
  beforeAll(async () => {
    sourceServer = await startRedis({ version: sourceVersion, persistence: 'none' });
    const connection = await sourceServer.connect();
    const entries = everyKey(await heldBy(sourceServer));
    for (const [, commands] of entries) await all(connection, commands);
    keys = entries.map(([key]) => key);
    connection.close();
  });
  afterAll(() => sourceServer?.discard());

  const body = (targetVersion: ServerVersion): void => {
    let targetServer: RedisServer;
    let source: RespConnection;
    let target: RespConnection;
    beforeAll(async () => {
      targetServer = await startRedis({ version: targetVersion, persistence: 'none' });
      source = await RespConnection.open(endpointOf(sourceServer, 0));
      target = await RespConnection.open(endpointOf(targetServer, 1));
    });
    afterAll(async () => {
      for (const connection of [source, target]) connection?.close();
      await targetServer?.discard();
    });

    const losesFields = sourceVersion === '8.0' && targetVersion !== '8.0';
    const losesCounters = before7(targetVersion) && !before7(sourceVersion);

    /** What both can hold of everything, by the laboratory's own reading. */
    async function held(server: RedisServer): Promise<[string, Content][]> {
      const found = await contents(server, { acrossVersions: sourceVersion !== targetVersion });
      return [...found].map(([key, content]): [string, Content] => [key, { ...content, value: heldOf(content) }]);
    }

    function heldOf({ type, value }: Content): unknown {
      if (type === 'hash' && losesFields) return (value as unknown[])[0];
      // What is small is kept as an integer since 7.0, so -0 becomes 0 there.
      return type === 'zset' && before7(sourceVersion)
        ? (value as string[]).map(word => word.replace(/^-0$/, '0'))
        : value;
    }

    /** Before 7.0 a server tells only how much is left until an expiry, so there it can't be exact. */
    async function expectSame(): Promise<void> {
      const [ours, theirs] = await Promise.all([held(sourceServer), held(targetServer)]);
      const toleranceMs = before7(sourceVersion) ? 20 : 0;
      const near = theirs.map(([key, content], index): [string, Content] => {
        const expiresAt = ours[index]?.[1].expiresAt ?? null;
        const off = Math.abs(Number(content.expiresAt) - Number(expiresAt));
        return [key, off <= toleranceMs ? { ...content, expiresAt } : content];
      });
      expect(near).toEqual(ours);
    }

    function expectUnheld(unheld: readonly string[]): void {
      const lost = unheld.join('\n');
      expect(lost.includes('hash "hash:field-expiry": the expiry of its fields')).toBe(losesFields);
      expect(lost.includes('stream "stream:deleted-entries": max-deleted-entry-id')).toBe(losesCounters);
      expect(lost.includes('stream "stream:groups:expiring": entries-read of its groups')).toBe(losesCounters);
      if (!losesFields && !losesCounters) expect(unheld).toEqual([]);
    }

    test('every shape is copied, and what the target can’t hold is named', async () => {
      const done: ValueCopied[] = [];
      for (const key of keys) done.push(await copyValue({ source, target, key, targetKey: key, replace: false }));
      expect(done.filter(({ outcome }) => outcome !== 'copied')).toEqual([]);
      expectUnheld(done.flatMap(({ unheld }) => unheld));
      await expectSame();
    });

    test('the copies are the same by value', async () => {
      const fieldExpiry = sourceVersion === '8.0' && targetVersion === '8.0';
      const differ: Buffer[] = [];
      for (const key of keys) {
        const { outcome } = await compareValue({ source, target, key, toleranceMs: 0, fieldExpiry });
        if (outcome !== 'same') differ.push(key);
      }
      expect(differ.map(String)).toEqual([]);
    });

    test.each([true, false])('all at once, too, replacing %s', async replace => {
      if (!replace) await target.command('FLUSHALL');
      const done = await copyValues({ source, target, keys, targetKeys: keys, replace });
      expect(done).toMatchObject({ copied: keys.length, skipped: 0, gone: 0, busy: [] });
      expectUnheld(done.unheld);
      await expectSame();
    });
  };
  describeEachVersion('to', body, targetsOf(sourceVersion));
});
