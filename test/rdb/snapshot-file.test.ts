import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkSnapshot, openSnapshotFile, snapshotSettings } from '../../src/rdb/file/snapshot-file.js';
import { SnapshotSpool } from '../../src/rdb/file/spool.js';
import { writeSnapshot } from '../../src/rdb/file/write-snapshot.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { fill, type RedisServer, startProxy, startRedis } from '../lab/index.js';
import { fixtures } from './fixtures.js';
import { snapshot } from './made-by-hand.js';
import { readAll } from './read-all.js';

let source: RedisServer;
let root = '';
let dir = '';
beforeAll(async () => {
  source = await startRedis({ persistence: 'none', config: { 'repl-diskless-sync-delay': '0' } });
  await fill(source, { keys: 100_000, bytes: 100 });
});
afterAll(() => source.discard());
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snapshots-'));
  dir = path.join(root, 'allowed');
  await mkdir(path.join(dir, 'sub'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const endpoint = ({ host, port }: { host: string; port: number }): Endpoint => ({ side: 'source', host, port });
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

async function check(file: string) {
  const handle = await openSnapshotFile({ dir }, file);
  return checkSnapshot(handle, file).finally(() => handle.close());
}

describe('a file that a migration names', () => {
  test.each(fixtures)('from $name is whole', async ({ name, rdb }) => {
    await writeFile(path.join(dir, 'dump.rdb'), rdb);
    const { header, bytes, checksum } = await check('dump.rdb');
    expect([header.dialect, bytes]).toEqual(['redis', rdb.length]);
    expect(checksum).toBe(rdb.subarray(-8).toString('hex'));
    expect(name).toContain('.');
  });

  test.each<[string, Buffer, RegExp]>([
    ['that is empty', Buffer.alloc(0), /ends within its header/],
    ['that is no snapshot', Buffer.from('secret: hunter2'), /no RDB/],
    ['of a newer version', snapshot([], 'REDIS0099'), /RDB version 99/],
    ['that is cut off', snapshot([]).subarray(0, -3), /a part is missing/],
    ['that goes on after its end', Buffer.concat([snapshot([]), Buffer.from('hunter2')]), /a part is missing|damaged/],
    ['that has changed', Buffer.from(snapshot([[250, 1, 65, 1, 66]])).fill(67, 11, 12), /damaged/],
  ])('%s is refused, and not quoted', async (_, bytes, reason) => {
    await writeFile(path.join(dir, 'dump.rdb'), bytes);
    const error = await check('dump.rdb').catch((caught: Error) => caught);
    expect(error).toMatchObject({ type: 'SnapshotFailed', message: expect.stringMatching(reason) });
    expect(String(error)).not.toContain('hunter2');
  });

  test('stays within the directory, by whatever way', async () => {
    await writeFile(path.join(root, 'outside.rdb'), snapshot([]));
    await writeFile(path.join(dir, 'inside.rdb'), snapshot([]));
    await symlink('../outside.rdb', path.join(dir, 'link-outside'));
    await symlink('inside.rdb', path.join(dir, 'link-inside'));
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    const refused = ['../outside.rdb', path.join(root, 'outside.rdb'), 'link-outside', 'sub/../inside.rdb', '', 'a\0b'];
    for (const file of refused)
      await expect(check(file)).rejects.toMatchObject({ message: expect.stringContaining('REDIS_MIGRATION_RDB_DIR') });
    await expect(check('pipe')).rejects.toThrow('is not a regular file');
    await expect(check('nowhere.rdb')).rejects.toThrow("can't be read (ENOENT)");
    for (const file of ['link-inside', path.join(dir, 'inside.rdb')]) expect((await check(file)).bytes).toBe(18);
  });

  test('is refused as long as the worker allows no directory', async () => {
    const opening = openSnapshotFile(snapshotSettings({}), 'dump.rdb');
    await expect(opening).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringContaining('REDIS_MIGRATION_RDB_DIR'),
    });
    expect(snapshotSettings({ REDIS_MIGRATION_RDB_DIR: '/a', REDIS_MIGRATION_SPOOL_DIR: '/b' })).toEqual({
      dir: '/a',
      spoolDir: '/b',
    });
  });
});

describe('a snapshot for people', () => {
  test('stands under its name only when it is whole, for nobody but its owner', async () => {
    const { path: written, checksum } = await writeSnapshot(endpoint(source), { dir }, 'sub/today.rdb');
    expect(written).toBe(path.join(dir, 'sub/today.rdb'));
    const bytes = await readFile(written);
    expect(readAll(bytes).keys.length).toBe(100_000);
    expect(checksum).toBe(bytes.subarray(-8).toString('hex'));
    expect(await modeOf(written)).toBe(0o600);
    expect(await readdir(path.join(dir, 'sub'))).toEqual(['today.rdb']);
  });

  test('replaces an earlier one, and nothing else', async () => {
    await writeFile(path.join(dir, 'dump.rdb'), 'old');
    expect((await writeSnapshot(endpoint(source), { dir }, 'dump.rdb')).bytes).toBeGreaterThan(1000);
    await symlink('dump.rdb', path.join(dir, 'link'));
    for (const file of ['sub', 'link'])
      await expect(writeSnapshot(endpoint(source), { dir }, file)).rejects.toThrow('not a regular file');
  });

  test('removes what attempts of the same have left that died, and of nobody else', async () => {
    let part = '';
    const onBytes = () => {
      part ||= readdirSync(path.join(dir, 'sub'))[0] ?? '';
    };
    const hooks = { owner: 'a/run', onBytes };
    await writeSnapshot(endpoint(source), { dir }, 'sub/dump.rdb', hooks);
    const others = part.replace(/^(dump\.rdb\.)\w+/, '$1other');
    const left = part.replace(/\w+(\.part)$/, '0123$1');
    for (const name of [others, left]) await writeFile(path.join(dir, 'sub', name), 'left');
    const { file } = await writeSnapshot(endpoint(source), { dir }, 'sub/dump.rdb', hooks);
    expect(file).toBe('sub/dump.rdb');
    expect((await readdir(path.join(dir, 'sub'))).sort()).toEqual(['dump.rdb', others]);
  });

  test('stays within the directory', async () => {
    await symlink(root, path.join(dir, 'out'));
    for (const file of ['../x.rdb', 'out/x.rdb', '.', ''])
      await expect(writeSnapshot(endpoint(source), { dir }, file)).rejects.toMatchObject({ type: 'SnapshotFailed' });
    expect(await readdir(root)).toEqual(['allowed']);
  });

  test('leaves nothing behind when the link is cut', async () => {
    const proxy = await startProxy({ to: source });
    const writing = writeSnapshot(endpoint(proxy), { dir }, 'dump.rdb', {
      onBytes: bytes => bytes > 100_000 && proxy.cut(),
    });
    await expect(writing).rejects.toMatchObject({ type: 'Unreachable' });
    expect(await readdir(dir)).toEqual(['sub']);
    await proxy.close();
  });
});

describe('a spooled snapshot', () => {
  test('is kept for nobody but the worker, and found again by its name', async () => {
    const spoolDir = path.join(root, 'spool');
    const spooled = await new SnapshotSpool({ spoolDir }).receive(endpoint(source), 'a/migration');
    expect(readAll(await readFile(spooled.path)).complete).toBe(true);
    expect([await modeOf(spoolDir), await modeOf(spooled.path)]).toEqual([0o700, 0o600]);
    const spool = new SnapshotSpool({ spoolDir });
    expect(await spool.find('a/migration')).toBe(spooled.path);
    expect(await spool.find('another')).toBe(null);
  });

  test('replaces an earlier one of its name, and goes with what attempts left that died', async () => {
    const spool = new SnapshotSpool({ spoolDir: path.join(root, 'spool') });
    await spool.receive(endpoint(source), 'other');
    const { path: file } = await spool.receive(endpoint(source), 'one');
    expect((await spool.receive(endpoint(source), 'one')).path).toBe(file);
    await writeFile(file.replace('.rdb', '.0123.part'), 'left');
    expect(await readdir(path.join(root, 'spool'))).toHaveLength(3);
    await spool.remove('one');
    expect(await readdir(path.join(root, 'spool'))).toHaveLength(1);
    expect(await spool.find('one')).toBe(null);
  });

  test('is no snapshot as long as it is not whole', async () => {
    const spool = new SnapshotSpool({ spoolDir: path.join(root, 'spool') });
    const controller = new AbortController();
    const hooks = { signal: controller.signal, onBytes: () => controller.abort(new Error('enough')) };
    await expect(spool.receive(endpoint(source), 'one', hooks)).rejects.toThrow('enough');
    expect(await spool.find('one')).toBe(null);
    expect(await readdir(path.join(root, 'spool'))).toEqual([]);
  });

  test('is not put where others could reach it', async () => {
    const spoolDir = path.join(root, 'open');
    await mkdir(spoolDir);
    await chmod(spoolDir, 0o755);
    await expect(new SnapshotSpool({ spoolDir }).receive(endpoint(source), 'one')).rejects.toThrow(
      'open to other users',
    );
    await writeFile(path.join(root, 'file'), '');
    const within = new SnapshotSpool({ spoolDir: path.join(root, 'file/spool') });
    await expect(within.receive(endpoint(source), 'one')).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringContaining('ENOTDIR'),
    });
  });
});
