import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { applyFile, snapshotOf } from './apply-support.js';
import { fixtures } from './fixtures.js';
import { heldBy, knowsFieldExpiry } from './held-by.js';
import { expected } from './told-value.js';

describeEachVersion('applied to', version => {
  let target: RedisServer;
  let dir = '';
  beforeAll(async () => {
    target = await startRedis({ version, persistence: 'none' });
    dir = await mkdtemp(path.join(tmpdir(), 'apply-'));
  });
  afterAll(async () => {
    await target?.discard();
    await rm(dir, { recursive: true });
  });

  test.each(fixtures)('the snapshot of $name is what that server told of', async ({ rdb, told }) => {
    await target.cli('FLUSHALL');
    await writeFile(path.join(dir, 'dump.rdb'), rdb);
    const all = Object.entries(told.dbs).flatMap(([db, keys]) =>
      keys.map(key => [`${db}/${key.key}`, expected(key)] as const),
    );
    const { progress, finding } = await applyFile(path.join(dir, 'dump.rdb'), target);
    expect(finding).toBe(null);
    expect(progress).toMatchObject({ done: true, scanned: all.length, copied: all.length, skipped: 0 });
    const after = (await snapshotOf(target)).told;
    expect(after.size).toBe(all.length);
    for (const [key, value] of all) expect(heldBy(version, after.get(key))).toMatchObject(heldBy(version, value));
    const loses = all.some(([, key]) => 'fieldExpiry' in key) && !knowsFieldExpiry(version);
    expect(progress.unheld.some(what => what.endsWith('the expiry of its fields'))).toBe(loses);
  });
});
