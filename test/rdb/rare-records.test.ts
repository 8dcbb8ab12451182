import { describe, expect, test } from 'vitest';
import { int64, key, listpackOf, snapshot, string } from './made-by-hand.js';
import { readAll } from './read-all.js';

/** The elements of the only key. */
function read(records: Parameters<typeof snapshot>[0], magic?: string) {
  const { keys, complete } = readAll(snapshot(records, magic));
  expect([keys.length, complete]).toEqual([1, true]);
  return keys[0];
}

const field = (name: string, value: string, expireAt: number | null = null) => {
  return { kind: 'field', field: Buffer.from(name), value: Buffer.from(value), expireAt };
};

describe('types that no server at hand writes any more', () => {
  test('a list, element by element', () => {
    expect(
      read([key(1, [2], string('a'), string('b'))])?.elements.map(each => 'bytes' in each && String(each.bytes)),
    ).toEqual(['a', 'b']);
  });

  test('a sorted set with scores in text', () => {
    const scores = read([
      key(3, [4], string('a'), string('1.5'), string('b'), [254], string('c'), [255], string('d'), string('-0')),
    ]);
    expect(scores?.elements.map(each => 'score' in each && each.score)).toEqual([1.5, Infinity, -Infinity, -0]);
  });

  test('a hash in a zipmap, with bytes that a value left free, and a long one', () => {
    const long = 'v'.repeat(10);
    const zipmap = Buffer.concat([
      Buffer.from([2, 1]),
      Buffer.from('f'),
      Buffer.from([2, 3]),
      Buffer.from('vv___'),
      Buffer.from([1]),
      Buffer.from('g'),
      Buffer.from([254, 10, 0, 0, 0, 0]),
      Buffer.from(long),
      Buffer.from([255]),
    ]);
    expect(read([key(9, string(zipmap))], 'REDIS0004')?.elements).toEqual([field('f', 'vv'), field('g', long)]);
  });
});

describe('fields that expire', () => {
  const at = 1_900_000_000_000;
  test('counted from the earliest, since 7.4', () => {
    const hash = key(24, int64(at), [2, 0], string('a'), string('1'), [5], string('b'), string('2'));
    expect(read([hash])?.elements).toEqual([field('a', '1'), field('b', '2', at + 4)]);
  });

  test('absolute, as 7.4 had them before it was released', () => {
    const time = Buffer.concat([Buffer.from([0x81]), int64(at).reverse()]);
    expect(read([key(22, [1], time, string('b'), string('2'))])?.elements).toEqual([field('b', '2', at)]);
    const packed = string(listpackOf('a', '1', '0', 'b', '2', String(at)));
    expect(read([key(23, packed)])?.elements).toEqual([field('a', '1'), field('b', '2', at)]);
    expect(read([key(25, int64(at), packed)])?.elements).toEqual([field('a', '1'), field('b', '2', at)]);
  });

  // By the format's description: no server of Valkey 9 was at hand.
  test('each after its value in Valkey 9, where type 22 is another one', () => {
    const hash = key(22, [2], string('a'), string('1'), int64(-1), string('b'), string('2'), int64(at));
    expect(read([hash], 'VALKEY080')?.elements).toEqual([field('a', '1'), field('b', '2', at)]);
  });
});

describe('what is said between keys', () => {
  test('an expiry in seconds, how a key was used, sizes and slots', () => {
    const { keys } = readAll(
      snapshot([
        [254, 7],
        [251, 1, 1],
        [244, 5, 1, 0],
        [253, 0x80, 0x51, 0x01, 0],
        key(0, string('x')),
        [248, 9, 249, 200],
        key(0, string('y')),
        [252],
        int64(-5),
        key(0, string('z')),
      ]),
    );
    expect(keys.map(({ db, expireAt }) => [db, expireAt])).toEqual([
      [7, 86_400_000],
      [7, -1],
      [7, 1],
    ]);
  });

  test('the value and the data of a module are passed over, whatever it may be, and given as they are', () => {
    const parts = [2, 5, 1, 6, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2, 120, 121, 0];
    const { keys } = readAll(snapshot([[247, 9, 2, 1], parts, key(0, string('x'))]));
    expect(keys.length).toBe(1);
  });

  test('slots that Valkey 9 imports are passed over', () => {
    expect(read([[243], string('job'), [2, 1, 5, 7, 9], key(0, string('x'))], 'VALKEY080')?.raw).toEqual(
      Buffer.from('\0\x01x'),
    );
  });

  test('what a snapshot says of itself is kept, within bounds', () => {
    const aux = Array.from({ length: 300 }, (_, n) =>
      Buffer.concat([Buffer.from([250]), string(`a${n}`), string('v')]),
    );
    const read = readAll(snapshot([[250], string('repl-id'), string('abc'), ...aux]));
    expect(read.aux.get('repl-id')).toBe('abc');
    expect(read.aux.size).toBe(100);
    expect(read.complete).toBe(true);
  });
});

test('a checksum of zero says that there is none', () => {
  const bytes = snapshot([key(0, string('x'))]);
  expect(readAll(bytes.fill(0, bytes.length - 8)).complete).toBe(true);
});

test('version 4 ends without a checksum', () => {
  expect(readAll(snapshot([key(0, string('x'))], 'REDIS0004').subarray(0, -8)).complete).toBe(true);
});
