import { expect, test } from 'vitest';
import { showKey } from '../../src/keys/key-name.js';

test.each([
  [Buffer.from('user:1'), '"user:1"'],
  [Buffer.alloc(0), '""'],
  [Buffer.from([0, 255, 13, 10, 9, 7, 8]), String.raw`"\x00\xff\r\n\t\a\b"`],
  [Buffer.from('"\\'), String.raw`"\"\\"`],
  [Buffer.from('é'), String.raw`"\xc3\xa9"`],
  [Buffer.from('x'.repeat(120)), `"${'x'.repeat(120)}"`],
  [Buffer.from('x'.repeat(121)), `"${'x'.repeat(120)}"...`],
])('%j is shown as %s', (key, shown) => {
  expect(showKey(key)).toBe(shown);
});

test('a long name is short, and never cut within an escape', () => {
  for (const key of [Buffer.alloc(1000), Buffer.concat([Buffer.from('a'), Buffer.alloc(40)])]) {
    const shown = showKey(key);
    expect(shown.length).toBeLessThanOrEqual(125);
    expect(shown).toMatch(/^"a?(\\x00)+"\.\.\.$/);
  }
});
