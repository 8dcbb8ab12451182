import { describe, expect, test } from 'vitest';
import { explore } from './explore.js';
import { mutants } from './mutants.js';
import { initialOf, rulesOf } from './scope.js';
import { scopes } from './scopes.js';
import { modelSoak } from './soak.js';

describe('every order of events', () => {
  test.each(scopes)('$name: nothing is lost, never two masters, every end is what it says', scope => {
    const { states, ...rest } = explore(initialOf(scope), rulesOf(scope), 500_000);
    expect(rest).toEqual({ complete: true, violation: null, trace: [] });
    expect(states).toBeGreaterThan(1000);
  });
});

describe('the checker finds a reconciler that', () => {
  test.each(mutants)('$name', scope => {
    const sound = explore(initialOf(scope), rulesOf({ ...scope, rules: { ...scope.rules, ...unbroken } }), 20_000);
    expect(sound.violation).toBeNull();
    const { violation } = explore(initialOf(scope), rulesOf(scope), 500_000);
    expect(violation).toContain(scope.finds);
  });
});

const unbroken = {
  decide: rulesOf({ name: '', attempts: [] }).decide,
  epochs: true,
  rewrites: true,
  marks: true,
};

test('long random histories come to a good end', async () => {
  const { histories, ends } = await modelSoak({ seed: 20_000, rounds: 1500 });
  expect(histories).toBe(1500);
  for (const end of ['switched', 'withdrawn', 'too-late', 'refused', 'unfinished', 'superseded', 'threw']) {
    expect(ends[end], end).toBeGreaterThan(10);
  }
});
