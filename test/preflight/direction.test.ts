import { beforeEach, expect, test } from 'vitest';
import { promotedKey } from '../../src/cutover/marker.js';
import { direction } from '../../src/preflight/direction.js';
import type { RedisServer } from '../lab/redis.js';
import { replicate, untilInSync } from '../lab/replicate.js';
import { brief, contextOf, start, startPair, texts } from './support.js';

let source: RedisServer;
let target: RedisServer;
beforeEach(async () => {
  [source, target] = await startPair();
});

const judge = async () => direction(await contextOf(source, target));
const marker = (to: RedisServer) =>
  JSON.stringify({
    workflowId: 'migration-7',
    from: 'a:1',
    to: `${to.host}:${to.port}`,
    replid: 'x',
    offset: 1,
    at: 1,
  });

test('a master, and a target without a mark, are fine', async () => {
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);
});

test('a source that follows the target is the older one', async () => {
  await replicate({ from: target, to: source });
  const results = await judge();
  expect(brief(results)).toEqual(['source failure (final)', 'target pass']);
  expect(texts(results)).toContain('of the target: the target is the newer one');
});

test('so it is under another name of the target', async () => {
  await source.cli('REPLICAOF', 'localhost', String(target.port));
  await untilInSync({ to: source });
  const results = await judge();
  expect(texts(results)).toContain('of the target: the target is the newer one');
});

test('a parked source is none, nor is a replica of somebody else', async () => {
  await source.cli('REPLICAOF', '127.0.0.1', '1');
  const parked = await judge();
  expect(brief(parked)).toEqual(['source failure (final)', 'target pass']);
  expect(texts(parked)).toContain('a migration has parked it');

  const master = await start();
  await replicate({ from: master, to: source });
  const chained = await judge();
  expect(brief(chained)).toEqual(['source failure (final)', 'target pass']);
  expect(texts(chained)).toContain(`a replica of "127.0.0.1:${master.port}"`);
});

test('a target that follows a third server is not torn from it', async () => {
  await target.cli('REPLICAOF', '127.0.0.1', String(source.port));
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);
  await target.cli('REPLICAOF', '127.0.0.1', '1');
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);
  const third = await start();
  await replicate({ from: third, to: target });
  const results = await judge();
  expect(brief(results)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(results)).toContain(`is a replica of "127.0.0.1:${third.port}", which is not the source`);
});

test('a target that was promoted is never replicated over', async () => {
  await target.cli('SET', promotedKey, marker(target));
  const alone = await judge();
  expect(brief(alone)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(alone)).toContain('promoted by migration "migration-7", and the source knows nothing of it');

  await source.cli('SET', promotedKey, marker(target));
  const both = await judge();
  expect(brief(both)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(both)).toContain('the source has followed it since');

  await source.cli('SET', promotedKey, marker(source));
  expect(brief(await judge())).toEqual(['source pass', 'target failure (final)']);
});

test("a mark that a replica has from its promoted master is no obstacle, one that can't be read is", async () => {
  await source.cli('SET', promotedKey, marker(source));
  await replicate({ from: source, to: target });
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);
  await source.cli('SET', promotedKey, 'not JSON');
  await source.cli('WAIT', '1', '1000');
  expect(brief(await judge())).toEqual(['source pass', 'target failure (final)']);
});
