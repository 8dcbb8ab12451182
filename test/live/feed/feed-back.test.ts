import { afterEach, describe, expect, test } from 'vitest';
import { fillEveryType, heldBy, waitFor } from '../../lab/index.js';
import { Way, type WayOptions } from './way.js';

let way: Way;
const begin = async (options?: WayOptions): Promise<Way> => {
  way = await Way.begin(options);
  return way;
};
afterEach(() => way.end());

describe('the way back', () => {
  test('brings every write of the target to the source, once', async () => {
    await begin({ fill: async source => void (await fillEveryType(source, { among: await heldBy(source) })) });
    await way.connect();
    const client = await way.target.connect();
    // In the database that is selected already, so that the stream doesn't say it.
    await client.pipeline([
      ['SELECT', 2],
      ['INCR', 'before'],
    ]);
    for (let n = 0; n < 500; n++)
      await client.pipeline([
        ['INCR', 'counter'],
        ['RPUSH', 'list', n],
        ['APPEND', 'text', n],
      ]);
    const { source, target } = await way.rollBack();
    expect(source).toEqual(target);
    expect(source['2/counter']?.value).toBe('500');
    expect(source['2/before']?.value).toBe('2');
    client.close();
  });

  test('goes on where it was when the feed is started again, whenever it was stopped', async () => {
    await begin();
    await way.connect();
    const client = await way.target.connect();
    let count = 0;
    const write = async () => {
      for (let n = 0; n < 200; n++, count++)
        await client.pipeline([
          ['INCR', 'counter'],
          ['SELECT', n % 3],
          ['MULTI'],
          ['RPUSH', 'list', count],
          ['INCR', 'counter'],
          ['EXEC'],
        ]);
    };
    for (let round = 0; round < 5; round++) {
      const writing = write();
      await waitFor(() => way.report?.appliedOffset, { what: 'some writes', until: offset => (offset ?? 0) > 0 });
      await way.stop();
      way.start();
      await writing;
    }
    const { source, target } = await way.rollBack();
    expect(source).toEqual(target);
    client.close();
  });

  test('keeps a transaction whole that is bigger than what is held in memory', async () => {
    await begin({ target: { config: { 'repl-backlog-size': '64mb' } } });
    await way.connect('fork');
    const client = await way.target.connect();
    const value = Buffer.alloc(50_000, 'v');
    for (let round = 0; round < 3; round++) {
      const pushes = Array.from({ length: 40 }, (_, n) => ['RPUSH', 'list', `${round}:${n}:${value}`]);
      const writing = client.pipeline([['MULTI'], ...pushes, ['INCR', 'counter'], ['EXEC']]);
      if (round === 1) await way.kill();
      if (round === 1) way.fork();
      await writing;
    }
    const { source, target } = await way.rollBack();
    expect(source).toEqual(target);
    client.close();
  });

  test('takes what a filter selects, in its databases; what the stream can not say is read', async () => {
    const filter = { match: ['a:*'], exclude: ['a:not*'], types: [], databases: [0, 1] };
    await begin({ request: { plan: { filter, rename: { databases: { 1: 5 }, prefix: null } } } });
    await way.connect();
    const client = await way.target.connect();
    await client.pipeline([
      ['SET', 'b:1', 'other'],
      ['SET', 'a:1', 'one'],
      ['SET', 'a:not', 'not'],
      ['RENAME', 'b:1', 'a:2'],
      ['APPEND', 'a:2', '!'],
      ['MSET', 'a:3', 'three', 'b:3', 'not'],
      ['SELECT', 5],
      ['RPUSH', 'a:list', 1, 2],
      ['SELECT', 7],
      ['SET', 'a:1', 'not'],
    ]);
    await way.untilEqual();
    expect(way.report?.lost).toBeNull();
    const names = (await way.source.cli('KEYS', '*'))
      .split('\n')
      .filter(name => !name.startsWith('__redis-migration:'));
    expect(names.sort()).toEqual(['a:1', 'a:2', 'a:3']);
    expect(await way.source.cli('GET', 'a:2')).toBe('other!');
    const source = await way.source.connect();
    await source.send('SELECT', 1);
    expect(await source.send('LLEN', 'a:list')).toBe(2);
    source.close();
    client.close();
  });

  test('keeps the link of a quiet source up', async () => {
    await begin({ source: { config: { 'repl-timeout': '7' } } });
    await way.connect();
    await way.target.cli('SET', 'key', '1');
    await way.untilEqual();
    const from = way.reports.length;
    const steps = () => new Set(way.reports.slice(from).map(report => report.ackedOffset)).size;
    await waitFor(steps, { what: 'some signs of life', timeoutMs: 20_000, until: count => count > 3 });
    const connected = way.reports.map(report => report.connected);
    expect(connected.slice(connected.indexOf(true))).not.toContain(false);
  });

  test('says when the source has applied all, soon after the last write', async () => {
    await begin();
    await way.connect();
    for (let n = 0; n < 5; n++) {
      await way.target.cli('INCR', 'counter');
      const began = performance.now();
      await way.untilEqual();
      expect(performance.now() - began).toBeLessThan(900);
    }
    expect(way.report).toMatchObject({ lagBytes: 0, connected: true, following: true, lost: null, trouble: null });
  });
});
