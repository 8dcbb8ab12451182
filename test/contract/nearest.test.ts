import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/contract/nearest.js';

const known = ['username', 'password', 'url', 'tls'];

test('a slip of the finger leads to the name that was meant, the nearest first', () => {
  expect(nearest('pasword', known)).toEqual(['password']);
  expect(nearest('UserNmae', known)).toEqual(['username']);
  expect(nearest('ulr', ['ult', 'url', 'ur'])).toEqual(['ult', 'ur']);
  expect(nearest('targets', ['targetss', 'target', 'targets-', 'targexxs', 'target'])).toHaveLength(3);
});

test('a name that is like none leads nowhere', () => {
  expect(nearest('frobnicate', known)).toEqual([]);
  expect(didYouMean('frobnicate', known)).toBe('');
  expect(didYouMean('usernam', known)).toBe('; did you mean "username"?');
});

test('a huge name takes no time', () => {
  const started = performance.now();
  expect(nearest('x'.repeat(10_000_000), known)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
