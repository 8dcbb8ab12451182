import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/server/redact.js';

const redactorOf = (...secrets: string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

test('every occurrence of every secret is hidden', () => {
  const redactor = redactorOf('hunter2', 's3cret');
  expect(redactor.redact('hunter2 and s3cret, hunter2.')).toBe('*** and ***, ***.');
  expect(redactor.redact('nothing here')).toBe('nothing here');
  expect(redactor.redact('')).toBe('');
});

describe('encoded forms', () => {
  const secret = 'p@ss "w/rd"\n$&+é';
  const component = encodeURIComponent(secret);
  test.each([
    ['JSON', JSON.stringify({ secret }), '{"secret":"***"}'],
    ['a component of a URL', `redis://:${component}@host`, 'redis://:***@host'],
    ['lower-case digits', `:${component.replace(/%../g, digits => digits.toLowerCase())}@`, ':***@'],
    ['a form', new URLSearchParams({ secret }).toString(), 'secret=***'],
    ['the password of a URL', Object.assign(new URL('redis://host'), { password: secret }).href, 'redis://:***@host'],
  ])('%s', (_, text, redacted) => {
    expect(redactorOf(secret).redact(text)).toBe(redacted);
  });
});

test('overlapping secrets are hidden from the first letter to the last', () => {
  expect(redactorOf('abcdef', 'defghi').redact('-abcdefghi-')).toBe('-***-');
  expect(redactorOf('abcd', 'abcdefgh').redact('-abcdefgh-')).toBe('-***-');
  expect(redactorOf('abcdefgh', 'cdef').redact('-abcdefgh-')).toBe('-***-');
  expect(redactorOf('aaaa').redact('-aaaaa-')).toBe('-***-');
  expect(redactorOf('abcd', 'efgh').redact('-abcdefgh-')).toBe('-******-');
});

test('secrets of fewer than four characters are left, or no text would be readable', () => {
  expect(redactorOf('abc', '', 'wxyz').redact('abc wxyz')).toBe('abc ***');
});

test('characters that mean something to patterns and replacements are just characters', () => {
  expect(redactorOf('a.*b$&').redact('a.*b$& axxb$&')).toBe('*** axxb$&');
});

test('half of a surrogate pair in a secret does no harm', () => {
  expect(redactorOf('abc\ud800d').redact('abc\ud800d')).toBe('***');
});

test('two redactors know nothing of each other', () => {
  redactorOf('hunter2');
  expect(createRedactor().redact('hunter2')).toBe('hunter2');
});
