import { describe, expect, test } from 'vitest';
import { StreamError, type StreamLimits, StreamReader } from '../../../src/live/stream/index.js';
import type { StreamCommand } from '../../../src/live/stream-command.js';
import { encodeCommands } from '../../../src/resp/encode.js';
import { wordsOf } from './streamed.js';

const everything = [
  ['SELECT', '3'],
  ['set', 'key', ''],
  ['MULTI'],
  ['RPUSH', 'list', ...Array.from({ length: 200 }, (_, n) => `element ${n}`)],
  ['SELECT', '0'],
  ['SET', '\r\n$3\r\n', 'x'.repeat(70_000)],
  ['EXEC'],
  ['DEL', 'key'],
];
const bytes = encodeCommands(everything.map(words => words.map(word => Buffer.from(word, 'latin1'))));

function readAll(reader: StreamReader, chunks: Iterable<Buffer>) {
  const found: (Pick<StreamCommand, 'name' | 'db' | 'endOffset' | 'arrivedAt' | 'whole'> & { words: unknown[] })[] = [];
  let now = 0;
  for (const chunk of chunks) {
    // A chunk is valid only until all of it is read.
    const copy = Buffer.from(chunk);
    reader.push(copy, ++now);
    for (let command = reader.next(); command; command = reader.next()) {
      const { name, db, endOffset, arrivedAt, whole } = command;
      found.push({ name, db, endOffset, arrivedAt, whole, words: wordsOf(command) });
    }
    copy.fill(0x2a);
  }
  return found;
}

function* cut(all: Buffer, size: number): Iterable<Buffer> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

const readIn = (size: number, limits: Partial<StreamLimits> = {}) =>
  readAll(new StreamReader({ offset: 100, db: 7 }, limits), cut(bytes, size));

describe('the reader of a stream', () => {
  test.each([1, 2, 3, 7, 100, 4096, 65_536, 1 << 20])('reads the same from chunks of %i bytes', size => {
    const found = readIn(size);
    expect(found.map(({ words }) => words)).toEqual(everything);
    expect(found.map(({ name }) => name)).toEqual(['SELECT', 'SET', 'MULTI', 'RPUSH', 'SELECT', 'SET', 'EXEC', 'DEL']);
    expect(found.map(({ db }) => db)).toEqual([7, 3, 3, 3, 3, 0, 0, 0]);
    expect(found.map(({ endOffset }) => endOffset)).toEqual(
      everything.map((_, at) => 100 + encodeCommands(everything.slice(0, at + 1)).length),
    );
    expect(found.every(({ whole }) => whole)).toBe(true);
  });

  test('a command has arrived when its last byte has', () => {
    const two = encodeCommands([
      ['INCR', 'a'],
      ['INCR', 'b'],
    ]);
    const found = readAll(new StreamReader({ offset: 0, db: 0 }), [two.subarray(0, 30), two.subarray(30)]);
    expect(found.map(({ arrivedAt }) => arrivedAt)).toEqual([1, 2]);
  });

  test.each([1, 10, 1000, 1 << 20])('of what is too big only the small words are kept, in chunks of %i bytes', size => {
    const found = readIn(size, { commandBytes: 4096, wordBytes: 100 });
    expect(found[5]).toMatchObject({ whole: false, words: ['SET', '\r\n$3\r\n', null] });
    expect(found[6]).toMatchObject({ name: 'EXEC', whole: true });
    expect(found.at(-1)?.endOffset).toBe(100 + bytes.length);
    expect(found.filter(({ whole }) => !whole)).toHaveLength(1);
  });

  test('of too many words only the first have places', () => {
    const found = readIn(1000, { words: 10 });
    expect(found[3]?.words.slice(0, 10)).toEqual(everything[3]?.slice(0, 10));
    expect(found[3]).toMatchObject({ whole: false, name: 'RPUSH' });
    expect(found[5]).toMatchObject({ whole: true, db: 0 });
  });

  test.each([
    ['no command', '+OK\r\n', 'a byte 43'],
    ['a command of no words', '*0\r\n', 'no words'],
    ['a nil', '*-1\r\n', 'a length that is none'],
    ['a word that is none', '*1\r\n:1\r\n', 'a byte 58'],
    ['a word without its length', '*1\r\n$\r\n', 'a length that is none'],
    ['a length without end', `*1\r\n$${'9'.repeat(30)}`, 'a length that is none'],
    ['a word that is longer', '*1\r\n$4\r\nPINGS\r\n', 'longer than it said'],
    ['a line of \\n only', '*1\n$4\r\nPING\r\n', 'a length that is none'],
    ['a name too long', `*1\r\n$200\r\n${'A'.repeat(200)}\r\n`, 'too long'],
    ['a SELECT of nothing', '*1\r\n$6\r\nSELECT\r\n', 'SELECT'],
    ['a SELECT of no number', '*2\r\n$6\r\nSELECT\r\n$1\r\nx\r\n', 'SELECT'],
  ])('%s is refused, with the offset', (_, text, reason) => {
    const reader = new StreamReader({ offset: 1000, db: 0 });
    const good = '*1\r\n$4\r\nPING\r\n';
    reader.push(Buffer.from(good + text), 0);
    expect(reader.next()?.name).toBe('PING');
    let error: unknown;
    try {
      reader.next();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StreamError);
    expect(String(error)).toMatch(new RegExp(`at offset 10[1-9]\\d of the source's stream: .*${reason}`));
  });
});
