import { expect, it } from 'vitest';
import { table } from '../../../src/cli/view/table.js';

it('a table has columns as wide as their widest cell, and escapes its cells', () => {
  expect(
    table(
      ['NAME', 'STATE'],
      [
        ['日本', 'x'],
        ['a\x1b', 'completed'],
        ['long-name', ''],
      ],
    ),
  ).toEqual(['NAME       STATE', '日本       x', 'a\\u{1b}    completed', 'long-name']);
});
