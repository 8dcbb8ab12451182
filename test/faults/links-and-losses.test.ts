import { describe, it } from 'vitest';
import { cutAndRestored } from './scenarios/link.js';
import { cameBackEmpty, lostForGood, pauseRanOut } from './scenarios/losses.js';
import type { Place } from './support/place.js';
import { usePlace } from './support/use-place.js';

const place = usePlace(2);
const cases: Record<string, (place: Place) => Promise<unknown>> = {
  'a link that is cut and restored, before and after the cutover, goes on where it was': cutAndRestored,
  'a source that comes back empty does not empty the target, and the operator is asked': cameBackEmpty,
  'a source that is lost for good is given up with the consent to lose what was under way': lostForGood,
  'a pause that ran out before parking lets no write get lost': it => pauseRanOut(it, 'fence'),
  'a pause that ran out after parking lets no write get lost': it => pauseRanOut(it, 'park'),
};

describe('no acknowledged write is lost under writers', () => {
  for (const [name, scenario] of Object.entries(cases))
    it(name, { timeout: 90_000 }, async () => {
      await scenario(place());
    });
});
