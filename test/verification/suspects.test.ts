import { expect, test } from 'vitest';
import { type Suspect, Suspects } from '../../src/verification/suspects.js';
import { fill } from '../lab/index.js';
import { allEqual, counts, TwoServers } from './two-servers.js';

const difference = (name: string, evidence = 'a') => ({ key: Buffer.from(name), kind: 'missing' as const, evidence });

test('a key is in the list once, as it was seen last', () => {
  const suspects = new Suspects();
  expect(suspects.add(0, difference('key'))).toBe(true);
  expect(suspects.add(0, difference('key', 'b'))).toBe(true);
  expect(suspects.add(1, difference('key'))).toBe(true);
  expect(suspects.list().map(({ db, evidence }) => [db, evidence])).toEqual([
    [0, 'b'],
    [1, 'a'],
  ]);
  suspects.delete(suspects.list()[0] as Suspect);
  expect(suspects.size).toBe(1);
});

test('the list says when it is beyond its bounds, and keeps to them once it is closed', () => {
  const suspects = new Suspects();
  for (let n = 0; n < 5000; n++) expect(suspects.add(0, difference(`${n}`))).toBe(true);
  expect(suspects.overfull).toBe(true);
  const excess = suspects.close();
  expect(suspects.size + excess.length).toBe(5000);
  expect(suspects.size).toBeLessThanOrEqual(2000);
  expect(suspects.overfull).toBe(false);
  while (suspects.add(0, difference(`more ${suspects.size}`)));
  expect(suspects.add(0, difference('0', 'changed'))).toBe(true);
  expect(suspects.size).toBeLessThanOrEqual(2000);
  suspects.delete(suspects.list()[1] as Suspect);
  expect(suspects.add(0, difference('one more'))).toBe(true);
});

test('long names count by their length', () => {
  const suspects = new Suspects();
  for (let n = 0; n < 100; n++) suspects.add(0, difference(`${n}`.padEnd(10_000)));
  suspects.close();
  expect(JSON.stringify(suspects.list()).length).toBeLessThan(200_000);
});

test('differences beyond the list are counted all the same', async () => {
  const two = await TwoServers.start();
  try {
    await fill(two.source, { keys: 12_000 });
    await fill(two.target, { keys: 1000, prefix: 'other' });
    const result = await two.verify({ rounds: 1 });
    expect(counts(result)).toEqual({ ...allEqual(13_000), missing: 12_000, extra: 1000 });
    expect(result).toMatchObject({ verdict: 'different', consistency: 0 });
    expect(result.suspects.length).toBeLessThanOrEqual(2000);
  } finally {
    await two.stop();
  }
});
