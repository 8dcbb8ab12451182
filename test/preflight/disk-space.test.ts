import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskSpace } from '../../src/preflight/disk-space.js';
import { waitFor } from '../lab/wait-for.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a failed save is warned of, and fails where it stops writes', async () => {
  const [source, target] = await startPair();
  const well = await diskSpace(await contextOf(source, target));
  expect(brief(well)).toEqual(['source pass', 'target pass']);
  expect(texts(well)).toContain("free space can't be seen");

  const connection = await target.connect();
  rmSync(target.dir, { recursive: true });
  await connection.send('BGSAVE');
  await waitFor(async () => (await target.info('persistence')).rdb_last_bgsave_status, {
    what: 'the save to fail',
    until: status => status === 'err',
  });
  const stopped = await diskSpace(await contextOf(source, target));
  expect(brief(stopped)).toEqual(['source pass', 'target failure']);
  expect(texts(stopped)).toMatch(/rdb_last_bgsave_status: err.*refuses writes \(MISCONF\)/);

  await target.cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
  expect(brief(await diskSpace(await contextOf(source, target)))).toEqual(['source pass', 'target warning']);
  connection.close();
});
