import { describe, expect, test } from 'vitest';
import { code, prose } from '../../src/report/escape.js';

describe('prose', () => {
  test.each([
    ['plain words, 10.0.0.1:6379 and used_memory', 'plain words, 10.0.0.1:6379 and used_memory'],
    ['a|b', 'a\\|b'],
    ['`x`', '\\`x\\`'],
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['[click](javascript:x)', '\\[click\\](javascript:x)'],
    ['![x][1]', '!\\[x\\]\\[1\\]'],
    ['**bold** _it_ ~~gone~~', '\\*\\*bold\\*\\* \\_it\\_ \\~\\~gone\\~\\~'],
    ['$x^2$', '\\$x^2\\$'],
    ['back\\slash', 'back\\\\slash'],
    ['one\n\n# two\r\n| three |', 'one # two \\| three \\|'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['=====', '\\====='],
    ['> quote', '&gt; quote'],
    ['see https://evil.example/x now', 'see `https://evil.example/x` now'],
    ['see www.evil.example', 'see `www.evil.example`'],
    ['mail me@evil.example', 'mail `me@evil.example`'],
    ['\u001b[31mred\u0007', '\\u001b\\[31mred\\u0007'],
    ['left\u202eright', 'left\\u202eright'],
    ['half \ud800 pair', 'half \\ud800 pair'],
    ['Grüße 🚀', 'Grüße 🚀'],
    ['', ''],
  ])('shows %j and obeys nothing in it', (text, shown) => {
    expect(prose(text)).toBe(shown);
  });

  test('is cut', () => {
    expect(prose('x'.repeat(600))).toBe(`${'x'.repeat(500)}...`);
    expect(prose('abcdef', 3)).toBe('abc...');
  });
});

describe('code', () => {
  test.each([
    ['user:1', '`user:1`'],
    ['a`b', '`a\\x60b`'],
    ['a|b', '`a\\x7cb`'],
    ['<b>', '`\\x3cb>`'],
    ['$x$', '`\\x24x\\x24`'],
    ['a\nb\u2028c', '`a\\u000ab\\u2028c`'],
    ['\\x00', '`\\x00`'],
    ['', '(empty)'],
    ['   ', '(blank)'],
  ])('shows %j inside one span', (text, shown) => {
    expect(code(text)).toBe(shown);
  });

  test('is cut, also in the middle of a surrogate pair', () => {
    expect(code('ab🚀', 3)).toBe('`ab\\ud83d...`');
  });
});
