import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StreamSpool } from '../../../src/live/spool/stream-spool.js';
import { labDirectory } from '../../lab/reaper.js';

test('a spool whose files another one removes is given up as one that was taken over, for Temporal to try again', async () => {
  const dir = join(mkdtempSync(join(labDirectory(), 'spool-')), 'spool');
  const spool = await StreamSpool.open(dir);
  await spool.begin({ replicationId: 'a'.repeat(40), offset: 0 });
  rmSync(dir, { recursive: true });
  await expect(spool.renameId('b'.repeat(40))).rejects.toMatchObject({ type: 'Superseded' });
  await spool.close().catch(() => {});
});
