import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fill } from '../lab/index.js';
import { allEqual, counts, perSecond, TwoServers } from './two-servers.js';

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

async function fillBoth(keys: number, database = 0): Promise<void> {
  for (const server of [two.source, two.target]) await fill(server, { keys, database });
}

describe('mode keys', () => {
  test('sees which keys there are, and nothing else of them', async () => {
    await fillBoth(3000);
    await two.run(
      'target',
      ['SET', 'key:1', 'other'],
      ['PEXPIRE', 'key:2', 100_000],
      ['DEL', 'key:3'],
      ['SET', 'more', 1],
    );
    const result = await two.verify({ mode: 'keys', rounds: 1 });
    expect(counts(result)).toEqual({ ...allEqual(3001), missing: 1, extra: 1 });
  });
});

describe('mode sample', () => {
  test('draws so many keys over all databases', async () => {
    await fillBoth(8000, 0);
    await fillBoth(2000, 5);
    const result = await two.verify({ mode: 'sample', sampleSize: 2500 });
    expect(result).toMatchObject({ verdict: 'consistent', compared: 2500 });
    const { cmdstat_randomkey: draws } = await two.source.info('commandstats');
    expect(draws).toMatch(/^calls=2500,/);
  });

  test('finds differences at about their share', async () => {
    await fillBoth(4000);
    await two.run('target', ...Array.from({ length: 2000 }, (_, n) => ['SET', `key:${n * 2}`, 'other']));
    const { different, compared } = await two.verify({ mode: 'sample', sampleSize: 1000, rounds: 1 });
    expect(compared).toBe(1000);
    // RANDOMKEY isn't even, and keys come twice.
    expect(different).toBeGreaterThan(200);
    expect(different).toBeLessThan(700);
  });

  test('finds keys that only the target has', async () => {
    await fill(two.source, { keys: 1000 });
    await fill(two.target, { keys: 1000 });
    await fill(two.target, { keys: 1000, prefix: 'more' });
    expect(await two.verify({ mode: 'sample', sampleSize: 200, rounds: 1 })).toMatchObject({
      verdict: 'different',
      missing: 0,
    });
  });

  test('takes all keys of a database that has no more', async () => {
    await fillBoth(100);
    await two.run('target', ['SET', 'key:77', 'other']);
    expect(counts(await two.verify({ mode: 'sample', sampleSize: 100, rounds: 1 }))).toEqual({
      ...allEqual(100),
      different: 1,
    });
  });
});

test('a rate is kept to', async () => {
  await fillBoth(600);
  const begin = performance.now();
  expect(counts(await two.verify({ rate: perSecond(1000) }))).toEqual(allEqual(600));
  // 600 keys of the source and 600 of the target, the first tenth of a second's at once.
  expect(performance.now() - begin).toBeGreaterThan(900);
});
