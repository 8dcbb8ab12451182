import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { footerBytes, PayloadFooter } from '../../src/rdb/dump-payload.js';
import { fixtures } from './fixtures.js';
import { type ReadSnapshot, readAll } from './read-all.js';
import { asTold, expected } from './told-value.js';

const names = (keys: { db: number; key: Buffer }[]) => keys.map(({ db, key }) => `${db}/${key.toString('base64')}`);
const asPayload = (raw: Buffer, version: number): Buffer => {
  const [type = 0, ...value] = raw;
  return Buffer.concat([raw, new PayloadFooter().of(version, type, Buffer.from(value), 0, value.length)]);
};
const versionOf = (rdb: Buffer): number => Number(rdb.toString('latin1', 5, 9));
const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });

describe.each(fixtures)('the snapshot of $name', ({ rdb, told }) => {
  const all = Object.entries(told.dbs).flatMap(([db, keys]) => keys.map(key => ({ db: Number(db), ...key })));
  const find = (read: ReadSnapshot, { db, key }: { db: number; key: string }) => {
    const found = read.keys.find(each => each.db === db && each.key.toString('base64') === key);
    if (!found) throw new Error(`no key ${db}/${key}`);
    return found;
  };

  test('has every key with the value and the expiry that the server told of', () => {
    const read = readAll(rdb);
    expect(read.complete).toBe(true);
    expect(names(read.keys).toSorted()).toEqual(
      names(all.map(each => ({ ...each, key: Buffer.from(each.key, 'base64') }))).toSorted(),
    );
    for (const each of all) expect(asTold(find(read, each))).toEqual(expected(each));
  });

  test('has the payloads that the server gave, byte for byte', () => {
    const read = readAll(rdb);
    const dumped = all.filter(({ dump }) => dump !== undefined);
    expect(dumped.length).toBeGreaterThan(20);
    for (const each of dumped)
      expect(asPayload(find(read, each).raw as Buffer, versionOf(rdb)).toString('base64')).toBe(each.dump);
  });

  test('has the function libraries that the server gave', () => {
    const libraries = readAll(rdb).functions.map(bytes => Buffer.concat([Buffer.from([245]), bytes]));
    const whole = asPayload(Buffer.concat(libraries), versionOf(rdb));
    expect(libraries.length === 0 ? null : whole.toString('base64')).toBe(told.functions);
  });

  test('is the same however its bytes are cut, and whatever is held back as too big', () => {
    const whole = readAll(rdb).keys.map(asTold);
    expect(readAll(rdb, [1]).keys.map(asTold)).toEqual(whole);
    fc.assert(
      fc.property(sizes, fc.nat(3000), (pieces, bigValue) => {
        const read = readAll(rdb, pieces, { bigValue });
        expect(read.complete).toBe(true);
        expect(read.keys.map(asTold)).toEqual(whole);
        for (const { raw } of read.keys) expect((raw?.length ?? 0) - 1).toBeLessThanOrEqual(bigValue);
      }),
      { numRuns: 20 },
    );
  });
});

test('a payload ends with ten bytes', () =>
  expect(new PayloadFooter().of(9, 0, Buffer.alloc(3), 0, 3).length).toBe(footerBytes));
