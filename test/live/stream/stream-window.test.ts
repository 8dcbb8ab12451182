import { expect, test } from 'vitest';
import { StreamWindow } from '../../../src/live/stream/stream-window.js';

const chunk = (text: string) => Buffer.from(text);
const held = ({ bytes, end }: StreamWindow) => bytes.toString('latin1', 0, end);

test('what is kept of a chunk outlives it', () => {
  const window = new StreamWindow();
  const first = chunk('abcdef');
  window.add(first, 0, 0);
  expect(window.bytes).toBe(first);
  window.keepFrom(4);
  first.fill(0);
  window.add(chunk('xghi'), 1, 0);
  expect(held(window)).toBe('efghi');
  window.keepFrom(5);
  expect(window.end).toBe(0);
});

test('what is taken out of the middle stays in the chunk', () => {
  const window = new StreamWindow();
  const first = chunk('abcdef');
  window.add(first, 0, 0);
  window.remove(1, 3);
  expect([held(window), String(first)]).toEqual(['aef', 'abcdef']);
  window.add(chunk('g'), 0, 0);
  expect(held(window)).toBe('aefg');
});

test('memory for something big is not grown twice, and goes back', () => {
  const window = new StreamWindow(100_000);
  window.add(chunk('a'), 0, 0);
  window.keepFrom(0);
  window.add(Buffer.alloc(100_000), 0, 1_000_000);
  expect(window.bytes).toHaveLength(1_000_000);
  window.add(Buffer.alloc(800_000), 0, 1_000_000);
  expect(window.bytes).toHaveLength(1_000_000);
  window.keepFrom(window.end - 3);
  expect(window.bytes.length).toBeLessThan(100_000);
  expect(held(window)).toBe('\0\0\0');
});
