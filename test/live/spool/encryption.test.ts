import { randomBytes } from 'node:crypto';
import { open as openFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis, waitFor } from '../../lab/index.js';
import { readAll } from '../../rdb/read-all.js';
import { atEndOf, follow, snapshotOf } from '../follow.js';
import { appendAll, readTo, streamOf, useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const place = { replicationId: 'a', offset: 1000 };
const key = randomBytes(32);
const small = { segmentBytes: 300_000, memoryBytes: 0, key };
const bytes = streamOf(1_000_000);

async function filesOf(dir: string): Promise<Buffer> {
  const names = (await readdir(dir)).sort();
  return Buffer.concat(await Promise.all(names.map(name => readFile(join(dir, name)))));
}

describe('with a key', () => {
  test('what is read is what was appended, and no file shows it', async () => {
    const spool = await fresh(small);
    await spool.begin(place);
    const reading = readTo(spool.reader(1000), 1000 + bytes.length);
    await appendAll(spool, bytes);
    expect((await reading).equals(bytes)).toBe(true);
    await spool.close();
    const kept = await filesOf(spool.dir);
    expect(kept.length).toBeGreaterThan(bytes.length);
    expect(kept.includes(bytes.subarray(500_000, 500_016))).toBe(false);
    const again = await open(spool.dir, small);
    expect((await readTo(again.reader(654_321), again.end)).equals(bytes.subarray(653_321))).toBe(true);
    await appendAll(again, bytes);
    await again.close();
    const third = await open(spool.dir, small);
    expect((await readTo(third.reader(1_001_000), third.end)).equals(bytes)).toBe(true);
  });

  test('the same stream twice is never the same bytes', async () => {
    const spool = await fresh({ key });
    const kept: Buffer[] = [];
    for (let n = 0; n < 2; n++) {
      await spool.begin(place);
      await appendAll(spool, Buffer.alloc(10_000, 'same'));
      await spool.sync();
      const [segment] = (await readdir(spool.dir)).filter(name => name.endsWith('.segment'));
      kept.push(await readFile(join(spool.dir, String(segment))));
    }
    const [one, other] = kept as [Buffer, Buffer];
    expect(one.length).toBe(other.length);
    expect(one.subarray(100, 200).equals(other.subarray(100, 200))).toBe(false);
  });

  test('bytes that were changed are never given out', async () => {
    const spool = await fresh(small);
    await spool.begin(place);
    await appendAll(spool, bytes);
    await spool.close();
    const [first] = (await readdir(spool.dir)).filter(name => name.endsWith('.segment')).sort();
    const handle = await openFile(join(spool.dir, String(first)), 'r+');
    await handle.write(Buffer.from('X'), 0, 1, 50_000);
    await handle.close();
    const again = await open(spool.dir, small);
    await expect(readTo(again.reader(1000), again.end)).rejects.toMatchObject({ type: 'SpoolFailed' });
  });

  test.each([
    ['another key', randomBytes(32)],
    ['no key', null],
  ])('with %s it is refused, and left as it is', async (_, other) => {
    const spool = await fresh(small);
    await spool.begin(place);
    await appendAll(spool, bytes);
    await spool.close();
    await expect(open(spool.dir, { key: other })).rejects.toMatchObject({
      type: 'SpoolFailed',
      message: /another key/,
    });
    expect((await open(spool.dir, small)).end).toBe(1000 + bytes.length);
  });

  test('a key of another length is no key', async () => {
    await expect(fresh({ key: randomBytes(16) })).rejects.toThrow('32 bytes');
  });
});

describe('the snapshot of a source', () => {
  let source: RedisServer;
  beforeAll(async () => {
    source = await startRedis({ persistence: 'none', config: { 'repl-diskless-sync-delay': '0' } });
  });
  afterAll(() => source.discard());

  test('is whole when it is read, and shown by no file', async () => {
    // Beyond the buffer that is written at once.
    const value = randomBytes(1_500_000).toString('base64');
    await source.cli('SET', 'of-a-user', value);
    const spool = await fresh({ key });
    const link = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'after', 'of-a-user');
    await atEndOf(source, spool);
    await link.stop();
    await spool.close();
    expect((await filesOf(spool.dir)).includes('of-a-user')).toBe(false);
    const again = await open(spool.dir, { key });
    const snapshot = await snapshotOf(again);
    expect(readAll(snapshot).keys.length).toBe(1);
    expect(snapshot.includes(value.slice(0, 1000))).toBe(true);
    const middle = Buffer.alloc(1001);
    await again.snapshot?.read(middle, 0, 1001, 1_048_577);
    expect(middle.equals(snapshot.subarray(1_048_577, 1_049_578))).toBe(true);
  });
});
