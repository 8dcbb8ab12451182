import { expect, test } from 'vitest';
import { ReverseTranslation } from '../../../src/live/feed/reverse-translation.js';
import { encodeCommands } from '../../../src/resp/encode.js';
import { Selection } from '../../../src/selection/selection.js';

const from = { replicationId: 'b'.repeat(40), offset: 100, db: 2, fetched: [] };
const source = {
  commands: new Set(['SET', 'INCR', 'DEL', 'SELECT', 'MULTI', 'EXEC', 'PEXPIREAT', 'FLUSHALL']),
  level: 600,
};
const translation = (promotedAt = 100) =>
  new ReverseTranslation(from, { selection: Selection.everything, source, promotedAt });

function outOf(bytes: Buffer, cut = bytes.length): string {
  const reverse = translation();
  reverse.take(bytes.subarray(0, cut), 0);
  reverse.take(bytes.subarray(cut), 0);
  return reverse.out.view().toString('latin1');
}
const text = (...commands: (string | number)[][]) => encodeCommands(commands).toString('latin1');

test('goes on in the database that was selected, and says which one is selected in the end', () => {
  const reverse = translation();
  const bytes = encodeCommands([
    ['INCR', 'n'],
    ['SELECT', 5],
  ]);
  reverse.take(bytes, 0);
  expect(reverse.out.view().toString('latin1')).toBe(text(['SELECT', 2], ['INCR', 'n']));
  expect(reverse.mark).toEqual({ ...from, offset: 100 + bytes.length, db: 5 });
});

test('says the same wherever the stream is cut', () => {
  const bytes = encodeCommands([['SELECT', 1], ['MULTI'], ['SET', 'a', 1], ['INCR', 'n'], ['EXEC'], ['DEL', 'a']]);
  const whole = outOf(bytes);
  for (let cut = 1; cut < bytes.length; cut++) expect(outOf(bytes, cut)).toBe(whole);
  expect(whole).toBe(text(['MULTI'], ['SELECT', 1], ['SET', 'a', 1], ['INCR', 'n'], ['EXEC'], ['DEL', 'a']));
});

test('is at no place within a transaction, and writes none in which nothing is left', () => {
  const reverse = translation();
  const own = ['SET', '__redis-migration:live:1', 1];
  reverse.take(encodeCommands([['MULTI'], own]), 0);
  expect(reverse.inTransaction).toBe(true);
  expect(reverse.mark.offset).toBe(100);
  const rest = encodeCommands([['EXEC'], ['PING']]);
  reverse.take(rest, 0);
  expect(reverse.mark.offset).toBe(100 + encodeCommands([['MULTI'], own]).length + rest.length);
  expect(reverse.out.length).toBe(0);
});

test('brings nothing back of what came before the promotion', () => {
  const before = encodeCommands([['INCR', 'n']]);
  const reverse = translation(100 + before.length);
  reverse.take(Buffer.concat([before, encodeCommands([['INCR', 'm']])]), 0);
  expect(reverse.out.view().toString('latin1')).toBe(text(['SELECT', 2], ['INCR', 'm']));
});

test('wants what the source does not know, and skips it until it has been read', () => {
  const reverse = translation();
  const copy = encodeCommands([['COPY', 'a', 'b']]);
  const more = encodeCommands([
    ['INCR', 'b'],
    ['INCR', 'c'],
  ]);
  reverse.take(Buffer.concat([copy, more]), 0);
  expect(reverse.wanted).toEqual([{ db: 2, key: Buffer.from('b') }]);
  expect(reverse.out.view().toString('latin1')).toBe(text(['SELECT', 2], ['INCR', 'c']));
  const until = reverse.offset + encodeCommands([['INCR', 'b']]).length;
  reverse.fetched(1, until);
  expect(reverse.mark.fetched).toEqual([{ db: 2, key: Buffer.from('b').toString('base64'), until }]);
  reverse.out.clear();
  reverse.take(
    encodeCommands([
      ['INCR', 'b'],
      ['INCR', 'b'],
    ]),
    0,
  );
  expect(reverse.out.view().toString('latin1')).toBe(text(['INCR', 'b']));
  expect(reverse.mark.fetched).toEqual([]);
});

test('reads once more what a flush takes from the source although it is newer', () => {
  const reverse = translation();
  reverse.take(encodeCommands([['COPY', 'a', 'b']]), 0);
  reverse.fetched(1, reverse.offset + 1000);
  reverse.take(encodeCommands([['FLUSHALL']]), 0);
  expect(reverse.out.view().toString('latin1')).toContain('FLUSHALL');
  expect(reverse.wanted).toEqual([{ db: 2, key: Buffer.from('b') }]);
});
