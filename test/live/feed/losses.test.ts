import { afterEach, describe, expect, test } from 'vitest';
import { fill, waitFor } from '../../lab/index.js';
import { pointTo } from './parked.js';
import { Way, type WayOptions } from './way.js';

let way: Way;
const begin = async (options?: WayOptions): Promise<Way> => {
  way = await Way.begin(options);
  return way;
};
afterEach(() => way.end());

const untilLost = () => waitFor(() => way.report?.lost, { what: 'the way back to be lost' });
const untilFollowed = () => waitFor(() => way.report?.following, { what: 'the target to be followed' });
const untilApplied = async () => {
  await way.untilEqual();
  expect(way.report?.lost).toBeNull();
};

describe('the way back', () => {
  test('is lost when the target keeps no more what the feed has missed; no full sync is begun, the source keeps its data', async () => {
    await begin({ target: { config: { 'repl-backlog-size': '16kb' } } });
    await way.connect();
    await way.target.cli('SET', 'before', '1');
    await untilApplied();
    await way.stop();
    const before = await way.target.info('stats');
    await fill(way.target, { keys: 1, bytes: 10 });
    const client = await way.target.connect();
    for (let n = 0; n < 100; n++) await client.send('SET', `big:${n}`, Buffer.alloc(1000));
    way.start();
    expect(await untilLost()).toMatch(/keeps nothing of its stream before offset \d+ any more/);
    expect((await way.target.info('stats')).sync_full).toBe(before.sync_full);
    expect(await way.source.cli('GET', 'before')).toBe('1');
    await expect(way.source.cli('SET', 'x', '1')).rejects.toThrow(/READONLY/);
    client.close();
  });

  test('is lost when the target restarts with less', async () => {
    await begin();
    await way.connect();
    await way.target.cli('SET', 'before', '1');
    await untilApplied();
    await way.target.restart({ graceful: false });
    expect(await untilLost()).toMatch(/restarted/);
    expect(await way.source.cli('GET', 'before')).toBe('1');
  });

  test('is lost when the source has taken writes of others', async () => {
    await begin();
    await way.connect();
    await way.target.cli('SET', 'before', '1');
    await untilApplied();
    await way.source.cli('REPLICAOF', 'NO', 'ONE');
    await way.source.cli('SET', 'mine', '1');
    await pointTo(way.source, way.report?.port as number);
    expect(await untilLost()).toMatch(/another history/);
    expect(await way.source.cli('GET', 'mine')).toBe('1');
  });

  test('is lost when the source refuses what the target took', async () => {
    await begin();
    await way.connect();
    await way.target.cli('SET', 'key', 'text');
    await untilApplied();
    // Behind the back of its master, as only a server that was writable for a while can be changed.
    await way.source.cli('CONFIG', 'SET', 'replica-read-only', 'no');
    await way.source.cli('DEL', 'key');
    await way.source.cli('RPUSH', 'key', 'element');
    await way.target.cli('APPEND', 'key', 'more');
    expect(await untilLost()).toMatch(/refused 1 commands/);
  });

  test('is lost when another feed has begun where the source was fed already', async () => {
    await begin();
    await way.connect();
    await way.target.cli('INCR', 'counter');
    await untilApplied();
    await way.stop();
    way.request.dir += '-of-another-machine';
    way.start();
    expect(await untilLost()).toMatch(/fed by another worker/);
    expect(await way.source.cli('GET', 'counter')).toBe('1');
  });

  test('is lost by a flush where only some keys are its own', async () => {
    await begin({
      request: { plan: { filter: { match: ['a:*'], exclude: [], types: [], databases: [] }, rename: null } },
    });
    await way.connect();
    await untilFollowed();
    await way.target.cli('FLUSHALL');
    expect(await untilLost()).toMatch(/FLUSHALL/);
  });

  test('is there again once the source is back with what it had saved', async () => {
    await begin({ source: { persistence: 'rdb' } });
    await way.connect();
    await way.target.cli('INCR', 'counter');
    await untilApplied();
    await way.source.cli('CONFIG', 'REWRITE');
    await way.source.cli('SAVE');
    await way.target.cli('INCR', 'counter');
    await untilApplied();
    await way.source.restart({ graceful: false });
    await way.target.cli('INCR', 'counter');
    await untilApplied();
    const { source, target } = await way.rollBack();
    expect(source).toEqual(target);
    expect(await way.source.cli('GET', 'counter')).toBe('3');
  });

  test('stands while the target restarts with all that it had', async () => {
    await begin({ target: { persistence: 'rdb' } });
    await way.connect();
    await way.target.cli('INCR', 'counter');
    await untilApplied();
    await way.target.restart();
    await way.target.cli('INCR', 'counter');
    await waitFor(() => way.source.cli('GET', 'counter'), { what: 'the second write', until: seen => seen === '2' });
    expect(way.report?.lost).toBeNull();
  });
});
