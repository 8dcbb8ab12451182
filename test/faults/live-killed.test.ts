import { describe, expect, it } from 'vitest';
import { type CutoverAct, struckCutover } from './scenarios/crash.js';
import { usePlace } from './support/use-place.js';

const place = usePlace();

const pairs: Array<[CutoverAct, CutoverAct]> = [
  ['guard', 'fence'],
  ['fence', 'promote'],
  ['park', 'release'],
  ['promote', 'park'],
];

/** A pause that nobody ends lasts for 10 s. */
const withinMs = 8_000;

describe('a worker killed in a cutover of method live loses no write, and another one goes on within seconds', () => {
  for (const [act, back] of pairs)
    it(`after ${act}, and on the way back after ${back}`, { timeout: 90_000 }, async () => {
      const waits = await struckCutover(place(), {
        method: 'live',
        forward: { act, fault: 'kill' },
        back: { act: back, fault: 'kill' },
      });
      expect(waits.forwardMs).toBeLessThan(withinMs);
      expect(waits.backMs).toBeLessThan(withinMs);
    });
});
