import { chmod, lutimes, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftovers } from '../../../src/live/spool/leftovers.js';
import { removeSpools, tagPlace, tagSpools } from '../../../src/live/spool/spool-tag.js';
import { backSpoolPlace, StreamSpool, spoolPlace } from '../../../src/live/spool/stream-spool.js';
import { spoolDir } from '../spool-support.js';

const hourMs = 3_600_000;
const graceMs = 24 * hourMs;
const longAgo = Date.now() - 2 * graceMs;
const justNow = Date.now() - hourMs;
const namespace = 'default';

let dir = '';
beforeEach(async () => {
  dir = await spoolDir();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What a worker has left that died while it fed the source of a migration. */
async function leave(workflowId: string): Promise<void> {
  await tagSpools(dir, workflowId, namespace);
  const parking = join(backSpoolPlace(dir, workflowId), `${'a'.repeat(40)}.7`);
  for (const place of [spoolPlace(dir, workflowId), parking]) {
    const spool = await StreamSpool.open(place);
    await spool.begin({ replicationId: 'b'.repeat(40), offset: 7 });
    await spool.append(Buffer.from('of the stream'), Date.now());
    await spool.close();
  }
}

/** Nothing in there was changed since then. */
async function age(at: number): Promise<void> {
  const names = await readdir(dir, { recursive: true });
  for (const name of names) await lutimes(join(dir, name), at / 1000, at / 1000);
}

const tidy = (end: number | 'running' | 'unknown', others: Partial<Parameters<typeof removeLeftovers>[0]> = {}) =>
  removeLeftovers({ dir, namespace, graceMs, endOf: async () => end, ...others });

describe('spools that a worker has left', () => {
  it.each([
    ['was closed', longAgo],
    ['is not known any more', 'unknown'],
  ] as const)('are removed, both ways, when their workflow %s a day ago', async (_, end) => {
    await leave('gone');
    await age(longAgo);
    expect(await tidy(end)).toEqual(['gone']);
    expect(await readdir(dir)).toEqual([]);
  });

  it('are removed one by one: what others have there stays', async () => {
    for (const id of ['over', 'goes on']) await leave(id);
    await age(longAgo);
    const endOf = async (id: string) => (id === 'over' ? longAgo : ('running' as const));
    expect(await tidy('unknown', { endOf })).toEqual(['over']);
    const names = [spoolPlace, backSpoolPlace, tagPlace].map(place => basename(place(dir, 'goes on')));
    expect((await readdir(dir)).sort()).toEqual(names.sort());
  });

  it('are removed to the end when that was interrupted', async () => {
    await leave('gone');
    await rename(spoolPlace(dir, 'gone'), `${spoolPlace(dir, 'gone')}.gone-0123456789ab`);
    await age(longAgo);
    await tidy('unknown');
    expect(await readdir(dir)).toEqual([]);
  });

  it('cannot be written to any more by whoever still has them open', async () => {
    await leave('gone');
    await age(longAgo);
    const spool = await StreamSpool.open(spoolPlace(dir, 'gone'));
    await age(longAgo);
    await tidy('unknown');
    await expect(spool.begin({ replicationId: 'c'.repeat(40), offset: 1 })).rejects.toMatchObject({
      type: 'Superseded',
    });
  });

  const there = () => spoolPlace(dir, 'left');
  it.each<[string, number | 'running' | 'unknown', () => Promise<unknown>]>([
    ['run', 'running', () => age(longAgo)],
    ['was closed an hour ago', justNow, () => age(longAgo)],
    ['was over long ago, but that were used an hour ago', 'unknown', () => age(justNow)],
    [
      'has only now written to one of them',
      'unknown',
      async () => {
        await age(longAgo);
        await writeFile(join(there(), 'owner-0123456789abcdef01234567'), '', { mode: 0o600 });
      },
    ],
  ])('stay when their workflow %s', async (_, end, prepare) => {
    await leave('left');
    await prepare();
    const before = await readdir(dir, { recursive: true });
    expect(await tidy(end)).toEqual([]);
    expect(await readdir(dir, { recursive: true })).toEqual(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['have something in them that a spool has not', () => writeFile(join(there(), 'notes.txt'), '', { mode: 0o600 })],
    ['have a directory in them', () => mkdir(join(there(), '0123456789abcdef.rdb'), { mode: 0o700 })],
    ['are open to others', () => chmod(there(), 0o755)],
    ['have a file that is open to others', () => chmod(join(there(), 'meta.json'), 0o644)],
    ['have a tag that is open to others', () => chmod(tagPlace(dir, 'left'), 0o644)],
    ['have no tag', () => rm(tagPlace(dir, 'left'))],
    ["have another one's tag", () => rename(tagPlace(dir, 'left'), tagPlace(dir, 'another'))],
    ['have a tag that cannot be read', () => writeFile(tagPlace(dir, 'left'), '{')],
    [
      'are somewhere else',
      async () => {
        await rename(there(), join(dir, 'elsewhere'));
        await symlink(join(dir, 'elsewhere'), there());
      },
    ],
  ])('stay when they %s', async (_, change) => {
    await leave('left');
    await change();
    await age(longAgo);
    const before = await readdir(dir, { recursive: true });
    expect(await tidy('unknown')).toEqual([]);
    expect(await readdir(dir, { recursive: true })).toEqual(before);
  });

  it('stay when their workflow is in another namespace', async () => {
    await leave('left');
    await age(longAgo);
    expect(await tidy('unknown', { namespace: 'another' })).toEqual([]);
    expect(await readdir(dir)).toHaveLength(3);
  });

  it('are all removed by the clean-up of their migration', async () => {
    for (const id of ['over', 'goes on']) await leave(id);
    await removeSpools(dir, 'over');
    expect(await readdir(dir)).toHaveLength(3);
  });
});
