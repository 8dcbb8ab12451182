import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskSpace } from '../../src/preflight/disk-space.js';
import { waitFor } from '../lab/wait-for.js';
import { brief, contextOf, informed, startPair, texts } from './support.js';

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

test('a failed append stops writes, a failed rewrite of the file does not', async () => {
  const [source, target] = await startPair({ persistence: 'aof' }, { persistence: 'aof' });
  const context = await contextOf(source, target);
  const append = await diskSpace(informed(context, 'source', { aof_last_write_status: 'err' }));
  expect(brief(append)).toEqual(['source failure', 'target pass']);
  expect(texts(append)).toContain('on the source: BGREWRITEAOF');
  const rewrite = await diskSpace(informed(context, 'target', { aof_last_bgrewrite_status: 'err' }));
  expect(brief(rewrite)).toEqual(['source pass', 'target warning']);
  const off = await diskSpace(informed(context, 'source', { aof_last_write_status: 'err', aof_enabled: '0' }));
  expect(brief(off)).toEqual(['source warning', 'target pass']);
});
