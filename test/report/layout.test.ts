import { expect, test } from 'vitest';
import { bullets, facts, section, table, utf8Bytes } from '../../src/report/layout.js';

test('a table has one line a row, and a dash where there is nothing', () => {
  expect(
    table(
      ['A', 'B'],
      [
        ['1', ''],
        ['2', 'x'],
      ],
    ),
  ).toBe('| A | B |\n| --- | --- |\n| 1 | - |\n| 2 | x |');
  expect(table(['A'], [])).toBe('');
});

test('what goes beyond the budget is counted, never dropped in silence', () => {
  const rows = Array.from({ length: 10 }, (_, index) => [`row ${index}`]);
  expect(table(['A'], rows, 35)).toBe(
    '| A |\n| --- |\n| row 0 |\n| row 1 |\n| row 2 |\n\n... and 7 more rows, left out for length.',
  );
  expect(bullets(['ä'.repeat(10), 'b'], 24)).toBe(`- ${'ä'.repeat(10)}\n\n... and 1 more line, left out for length.`);
});

test('a section without content is left out, heading and all', () => {
  expect(section('Empty', '', '')).toBe('');
  expect(section('Full', '', 'x')).toBe('## Full\n\nx');
});

test('facts leave out what does not apply', () => {
  expect(
    facts([
      ['Name', 'x'],
      ['Other', null],
      ['Third', ''],
    ]),
  ).toBe('- **Name:** x');
});

test('bytes are counted as UTF-8 has them', () => {
  for (const text of ['abc', 'äß', '→', '🚀x', '']) expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
});
