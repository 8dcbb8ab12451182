import { beforeAll, expect, test } from 'vitest';
import type { CheckContext } from '../../src/preflight/check.js';
import { clockSkew } from '../../src/preflight/clock-skew.js';
import { brief, contextOf, startPair, texts } from './support.js';

let context: CheckContext;
beforeAll(async () => {
  context = await contextOf(...(await startPair()));
});

/** The target with a clock that goes so much ahead: a process's clock can't be set. */
const shifted = (seconds: number): CheckContext => ({
  ...context,
  target: {
    ...context.target,
    call: async (...command) => {
      const [now, micros] = (await context.target.call(...command)) as [string, string];
      return [String(Number(now) + seconds), micros];
    },
  },
});

test('two servers on one machine agree', async () => {
  expect(brief(await clockSkew(context))).toEqual(['both pass']);
});

test.each([
  [5, 'target warning', /\ds ahead of the source's: keys expire that much earlier/],
  [-5, 'target warning', /\ds behind the source's: keys expire that much later/],
  [90, 'target failure', /1m 30s ahead/],
])('a clock that is %i s ahead: %s', async (seconds, outcome, text) => {
  const results = await clockSkew(shifted(seconds));
  expect(brief(results)).toEqual([outcome]);
  expect(texts(results)).toMatch(text);
});
