import { describe, expect, test } from 'vitest';
import { type Decision, decide } from '../../src/cutover/decide.js';
import { addresses, type Case } from './decisions/cases.js';
import { type Decided, decidedAs, type Invariant, type Outcome } from './decisions/decided.js';
import { finishing } from './decisions/finishing.js';
import { everyCase } from './decisions/product.js';
import { promoting } from './decisions/promoting.js';
import { rows } from './decisions/rows.js';

const invariants = [...promoting, ...finishing];
const sound = ({ goal, pair, attempt, limits }: Case): Decision => decide(goal, pair, addresses, attempt, limits);
const concerns = ({ when }: Invariant, decided: Decided): boolean => when === undefined || when(decided);

const outcomes: Outcome[] = [
  'guard',
  'brace',
  'record-primary',
  'record-standby',
  'fence',
  'unfence',
  'park',
  'unpark',
  'promote',
  'switch-hook',
  'mark',
  'relink',
];
outcomes.push('release', 'compare', 'wait', 'switched', 'withdrawn', 'too-late', 'refused', 'unfinished');
const about = new Map(outcomes.map(name => [name, invariants.filter(({ of }) => of?.includes(name) ?? true)]));

describe('what is decided in every combination', () => {
  const found = new Map(invariants.map(one => [one, { applied: 0, broken: 0, first: null as Decided | null }]));
  const counts = new Map(outcomes.map(name => [name, 0]));

  test('of roles, ids, links, offsets, marks, restarts, memories and limits is an act or an end', () => {
    everyCase(one => {
      const decided = decidedAs(one, sound(one));
      counts.set(decided.outcome, (counts.get(decided.outcome) ?? 0) + 1);
      for (const invariant of about.get(decided.outcome) ?? []) {
        const entry = found.get(invariant);
        if (!entry || !concerns(invariant, decided)) continue;
        entry.applied++;
        if (invariant.must(decided)) continue;
        entry.broken++;
        entry.first ??= decided;
      }
      return undefined;
    });
    expect([...counts].filter(([, count]) => count === 0)).toEqual([]);
  });

  test.each(invariants)('$name', invariant => {
    expect(found.get(invariant)).toMatchObject({ broken: 0, first: null });
    expect(found.get(invariant)?.applied).toBeGreaterThan(0);
  });
});

describe('a mistake breaks the rule:', () => {
  test.each(invariants)('$name', invariant => {
    expect(firstBroken(invariant, 499) ?? firstBroken(invariant, 1)).not.toBeNull();
  });
});

function firstBroken(invariant: Invariant, nth: number): Decided | null {
  let broken: Decided | null = null;
  everyCase(one => {
    const decided = decidedAs(one, invariant.mutant(one, sound));
    if (!about.get(decided.outcome)?.includes(invariant) || !concerns(invariant, decided)) return undefined;
    if (invariant.must(decided)) return undefined;
    broken = decided;
    return 'enough';
  }, nth);
  return broken;
}

describe('the table of the design, row by row', () => {
  test.each(rows)('$when: $then', ({ then, ...one }) => {
    const decision = sound(one);
    expect('act' in decision ? decision.act : `${decision.end} ${'type' in decision ? decision.type : ''}`.trim()).toBe(
      then,
    );
  });
});
