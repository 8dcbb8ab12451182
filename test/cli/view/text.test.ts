import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, escapeAll, escapeLines, escapeText, widthOf, wrap } from '../../../src/cli/view/text.js';

/** Letters, spaces, wide and combining characters, and what could steer a terminal. */
const hostile = fc.string({
  unit: fc.constantFrom(...'ab c日🚚\u0301\x00\t\n\r\x1b\x7f\x9b\u061c\u200b\u202e\u2028\u2066\ufeff\ue000', '\ud800'),
  maxLength: 60,
});

describe('columns', () => {
  it.each([
    ['plain', 5],
    ['日本', 4],
    ['e\u0301', 1],
    ['🚚', 2],
  ])('%j takes %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('cutting ends in an ellipsis, and never splits a wide character', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abcde…');
    expect(cut('日本語です', 6)).toBe('日本…');
  });

  it('wrapping breaks at spaces, and long words anywhere', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrap('', 10)).toEqual(['']);
  });

  it('wrapping any text keeps it whole, and each line narrow', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 30 }), (raw, width) => {
        const text = escapeText(raw);
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(lines.every(line => widthOf(line) <= width)).toBe(true);
      }),
    );
  });
});

describe('escaping', () => {
  it('leaves nothing that a terminal obeys, in any text', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('reaches every string of a value, and leaves the rest', () => {
    expect(escapeAll({ a: ['\x07', 1, null], b: { c: 'ok' } })).toEqual({ a: ['\\u{7}', 1, null], b: { c: 'ok' } });
  });

  it('of a document keeps its lines', () => {
    expect(escapeLines('# Report\r\n\n\tcode\x1b[1m')).toBe('# Report\n\n\tcode\\u{1b}[1m');
  });
});
