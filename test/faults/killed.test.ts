import { describe, expect, it } from 'vitest';
import { type CutoverAct, struckCutover } from './scenarios/crash.js';
import { usePlace } from './support/use-place.js';

const place = usePlace();

/** The rest of the pairs is tried by the soak run `struck-cutovers`. */
const pairs: Array<[CutoverAct, CutoverAct]> = [
  ['brace', 'record-standby'],
  ['fence', 'relink'],
  ['park', 'promote'],
  ['promote', 'park'],
];

describe('a worker killed in a cutover loses no write, and another one goes on within seconds', () => {
  for (const [act, back] of pairs)
    it(`after ${act}, and on the way back after ${back}`, { timeout: 90_000 }, async () => {
      const waits = await struckCutover(place(), {
        forward: { act, fault: 'kill' },
        back: { act: back, fault: 'kill' },
      });
      expect(waits.forwardMs).toBeLessThan(10_000);
      expect(waits.backMs).toBeLessThan(10_000);
    });
});
