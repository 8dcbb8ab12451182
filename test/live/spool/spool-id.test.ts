import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { spoolIdIn } from '../../../src/live/spool/spool-id.js';
import { spoolDir } from '../spool-support.js';

it('a directory for spools has one name, whoever asks first, and leaves nothing else there', async () => {
  const dir = join(await spoolDir(), 'made', 'when-needed');
  const drawn = await Promise.all(Array.from({ length: 20 }, () => spoolIdIn(dir)));
  expect(new Set([...drawn, await spoolIdIn(dir)]).size).toBe(1);
  expect(drawn[0]).toMatch(/^[0-9a-f]{24}$/);
  expect(await readdir(dir)).toEqual(['spool-id']);
});

it('two directories have two names', async () => {
  expect(await spoolIdIn(await spoolDir())).not.toBe(await spoolIdIn(await spoolDir()));
});

it('a name that a crash of the machine has damaged is drawn anew', async () => {
  const dir = await spoolDir();
  await writeFile(join(dir, 'spool-id'), '');
  const drawn = await spoolIdIn(dir);
  expect(await spoolIdIn(dir)).toBe(drawn);
  expect(await readdir(dir)).toEqual(['spool-id']);
});

it('a directory that cannot be made is an error that names it', async () => {
  const file = join(await spoolDir(), 'a-file');
  await writeFile(file, '');
  await expect(spoolIdIn(join(file, 'in-it'))).rejects.toMatchObject({
    type: 'SpoolFailed',
    message: expect.stringContaining(file),
  });
});
