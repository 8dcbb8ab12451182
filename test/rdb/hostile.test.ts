import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RdbError } from '../../src/rdb/rdb-error.js';
import { RdbReader } from '../../src/rdb/reader.js';
import { fixtures } from './fixtures.js';
import { key, listpackOf, snapshot, string } from './made-by-hand.js';
import { readAll } from './read-all.js';

const compressed = (packed: number[], size: number) => [0xc3, packed.length, size, ...packed];
const beyond = [0x81, 0, 0, 0, 1, 0, 0, 0, 0];
const spoilt = (at: number, value: number, bytes: Buffer) => {
  bytes[at] = value;
  return string(bytes);
};
const ziplist = (...body: number[]) => string([body.length + 11, 0, 0, 0, 0, 0, 0, 0, 1, 0, ...body, 255]);

describe('refused, with the position and the reason', () => {
  const rows: [string, Parameters<typeof snapshot>[0], RegExp][] = [
    ['a type that is not known', [key(30)], /at byte 12 .*type 30, which is not known/],
    ['a record that is not known', [[246]], /at byte 10 .*unknown kind 246/],
    ['a string longer than any', [key(0, beyond)], /string of 4294967296 bytes/],
    ['a length of an unknown form', [key(0, [0x85])], /at byte 12 .*unknown form 0x85/],
    ['an encoding that is not known', [key(0, [0xc4])], /unknown encoding 4/],
    ['an encoding where a length belongs', [key(1, [0xc0])], /encoding \(0\) where a length belongs/],
    ['more from a compressed string than it can hold', [key(0, [0xc3, 1, 0x40, 200, 0])], /1 compressed bytes/],
    ['a compressed string that points before its beginning', [key(0, compressed([0x20, 5], 3))], /compressed bytes/],
    ['a compressed string that gives too little', [key(0, compressed([0, 65], 2))], /compressed bytes/],
    ['a compressed string that gives too much', [key(0, compressed([1, 65, 65], 1))], /compressed bytes/],
    ['a compressed string that ends in a reference', [key(0, compressed([0, 65, 0x20], 4))], /compressed bytes/],
    ['a part of a module that is not known', [key(7, [1, 9])], /unknown part 9/],
    ['a listpack of another size', [key(16, spoilt(0, 50, listpackOf('f', 'v')))], /listpack of other than/],
    ['a listpack without its end', [key(16, spoilt(12, 0, listpackOf('f', 'v')))], /listpack without its end/],
    [
      'a listpack with an entry beyond its end',
      [key(16, spoilt(6, 0xbf, listpackOf('f', 'v')))],
      /entry that is damaged/,
    ],
    ['a listpack of an unknown entry', [key(16, spoilt(6, 0xf7, listpackOf('f', 'v')))], /entry that is damaged/],
    ['a listpack that counts wrongly', [key(16, spoilt(4, 3, listpackOf('f', 'v')))], /said to have 3/],
    ['a hash of fields without the last value', [key(16, string(listpackOf('f', 'v', 'g')))], /ends within an element/],
    ['a ziplist out of step', [key(10, ziplist(9, 1, 65))], /ziplist that is out of step/],
    ['a ziplist with an entry beyond its end', [key(10, ziplist(0, 30, 65))], /entry beyond its end/],
    ['a zipmap with a field beyond its end', [key(9, string([1, 50, 65, 255]))], /zipmap that is damaged/],
    ['a set of integers of another width', [key(11, string([3, 0, 0, 0, 0, 0, 0, 0]))], /set of integers/],
    ['a set of more integers than there are', [key(11, string([2, 0, 0, 0, 9, 0, 0, 0, 1, 0]))], /set of integers/],
    ['a score that is none', [key(3, [1], string('m'), [253])], /score that is no number/],
    ['a score in text that is none', [key(17, string(listpackOf('m', 'x')))], /score that is no number/],
    ['a node of a list of an unknown kind', [key(18, [1, 7], string('x'))], /unknown kind 7/],
    [
      'a node of a stream without a whole id',
      [key(15, [1], string('x'), string(listpackOf('1')), [0, 0, 0, 0])],
      /16 bytes/,
    ],
  ];
  test.each(rows)('%s', (_, records, reason) => {
    expect(() => readAll(snapshot(records))).toThrow(reason);
    expect(() => readAll(snapshot(records), [1])).toThrow(RdbError);
  });

  test.each([
    ['REDIS0013', /version 13 of redis, of which 4 to 12/],
    ['REDIS0003', /version 3 of redis/],
    ['REDIS0080', /version 80 of redis/],
    ['VALKEY081', /version 81 of valkey/],
    ['HTTP/1.1 ', /no RDB/],
    ['REDIS00x1', /no RDB/],
  ])('a header that says %s', (magic, reason) => {
    expect(() => readAll(snapshot([], magic))).toThrow(reason);
  });

  test('bytes that are not those of the checksum', () => {
    const bytes = snapshot([key(0, string('x'))]);
    bytes[13] = 'y'.charCodeAt(0);
    expect(() => readAll(bytes)).toThrow(/at byte 15 .*snapshot is damaged/);
    expect(readAll(bytes, [3], { checksum: false }).complete).toBe(true);
  });
});

test('lengths that lie cost no memory beyond what was sent', () => {
  for (const value of [
    [0x80, 0x1f, 0xff, 0xff, 0xff],
    [0xc3, 0x80, 0x1f, 0xff, 0xff, 0xff, 0x80, 0x1f, 0xff, 0xff, 0xff],
  ]) {
    const reader = new RdbReader();
    reader.push(snapshot([key(0, value)]));
    expect(reader.next()).toBe('more');
    expect(reader.window.bytes.length).toBeLessThan(100_000);
  }
});

describe.each(fixtures)('the snapshot of $name', ({ rdb }) => {
  const length = fc.integer({ min: 0, max: rdb.length - 1 });
  const sizes = fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 1, maxLength: 4 });

  test('cut off anywhere, is never taken for a whole one', () => {
    fc.assert(
      fc.property(length, sizes, (to, pieces) => {
        expect(readAll(rdb.subarray(0, to), pieces).complete).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('with any bytes changed, is refused or ends too early', () => {
    fc.assert(
      fc.property(changes(rdb.length), sizes, (changed, pieces) => {
        const bytes = spoil(rdb, changed);
        if (!bytes.equals(rdb)) expect(outcome(bytes, pieces)).not.toBe('complete');
      }),
      { numRuns: 60 },
    );
  });

  test('with any bytes changed and no checksum to tell, gives an error of its own or a value', () => {
    fc.assert(
      fc.property(changes(rdb.length), fc.nat(2000), (changed, bigValue) => {
        outcome(spoil(rdb, changed), [rdb.length], { bigValue, checksum: false });
      }),
      { numRuns: 200 },
    );
  });
});

type Change = [at: number, value: number];

const changes = (length: number): fc.Arbitrary<Change[]> =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xf0, 0xfe, 0xff, 5, 22)), {
    minLength: 1,
    maxLength: 6,
  });

function spoil(rdb: Buffer, changed: Change[]): Buffer {
  const bytes = Buffer.from(rdb);
  for (const [at, value] of changed) bytes[at] = value;
  return bytes;
}

/** Any error but the reader's own is thrown on. */
function outcome(...args: Parameters<typeof readAll>): 'complete' | 'incomplete' | 'refused' {
  try {
    return readAll(...args).complete ? 'complete' : 'incomplete';
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    expect(error.position).toBeLessThanOrEqual(args[0].length);
    return 'refused';
  }
}
