import { describe, expect, it } from 'vitest';
import { type CutoverAct, struckCutover } from './scenarios/crash.js';
import { usePlace } from './support/use-place.js';

const place = usePlace();
const pairs: Array<[CutoverAct, CutoverAct]> = [['park', 'fence']];
/** On a busy machine; `npm run bench -- faults` measures it on a quiet one, where 15 s must do. */
const withinMs = 30_000;

describe('a worker stopped in a cutover, longer than its heartbeats allow, acts no more when it goes on', () => {
  for (const [act, back] of pairs)
    it(`another one took over after ${act}, and on the way back after ${back}`, { timeout: 90_000 }, async () => {
      const waits = await struckCutover(place(), {
        forward: { act, fault: 'stop' },
        back: { act: back, fault: 'stop' },
      });
      expect(waits.forwardMs).toBeLessThan(withinMs);
      expect(waits.backMs).toBeLessThan(withinMs);
    });
});
