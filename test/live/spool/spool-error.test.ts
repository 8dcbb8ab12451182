import { mkdtempSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spooling } from '../../../src/live/spool/spool-error.js';
import { labDirectory } from '../../lab/reaper.js';

const dir = mkdtempSync(join(labDirectory(), 'spool-'));

test('a file that another worker has removed is no matter for the operator: the attempt is tried again', async () => {
  const gone = spooling(dir, () => readFile(join(dir, 'gone')));
  await expect(gone).rejects.toMatchObject({ type: 'Superseded', message: expect.stringContaining(dir) });
});

test('what the file system refuses is, with the path and the reason', async () => {
  const refused = spooling(dir, () => open(dir, 'w'));
  await expect(refused).rejects.toMatchObject({ type: 'SpoolFailed', message: expect.stringContaining('EISDIR') });
});
