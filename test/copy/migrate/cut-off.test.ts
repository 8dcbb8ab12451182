import { afterAll, expect, test } from 'vitest';
import { MigrationError } from '../../../src/contract/errors.js';
import { copyPartition } from '../../../src/copy/index.js';
import { cutWriters, writerName } from '../../../src/copy/writers.js';
import { connect } from '../../../src/server/connect.js';
import { fill, startRedis, waitFor } from '../../lab/index.js';
import { endpoint, requestOf, unlimited } from '../support.js';
import { byMigrate } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));

test('who is cut off at the source sends nothing any more, unless it is still wanted', async () => {
  await fill(source, { keys: 20_000 });
  const endpoints = { source: endpoint('source', source), target: endpoint('target', target) };
  let wanted = true;
  const admit = async () => {
    if (!wanted) throw new MigrationError('Superseded', 'nobody waits for it');
  };
  const request = {
    ...requestOf({ db: 0, from: '0', to: null }, { onConflict: 'skip', transport: byMigrate(target, true) }),
    rate: { ...unlimited, maxKeysPerSecond: 2000 },
  };
  const hooks = {
    onProgress: () => {},
    signal: new AbortController().signal,
    writer: { name: writerName('it'), admit },
  };
  const moving = copyPartition(endpoints, request, hooks);
  await waitFor(async () => Number(await target.cli('DBSIZE')) > 500, { what: 'keys to be moved' });
  wanted = false;
  const server = await connect(endpoints.source);
  expect(await cutWriters(server, 'it')).toBeGreaterThan(0);
  server.close();
  const left = await source.cli('DBSIZE');
  const { finding } = await moving;
  expect(finding).toMatchObject({ type: 'Superseded' });
  expect(await source.cli('DBSIZE')).toBe(left);
  expect(Number(left)).toBeGreaterThan(10_000);
});
