import { describe, it } from 'vitest';
import { cutAndRestored, cutForTooLong } from './scenarios/link.js';
import { lossWithinBound } from './scenarios/loss-bound.js';
import {
  cameBackEmpty,
  cameBackEmptyInSync,
  cameBackEmptyUnwatched,
  lostForGood,
  pauseRanOut,
  secondReplica,
} from './scenarios/losses.js';
import { revivedUnwritten } from './scenarios/revived.js';
import type { Place } from './support/place.js';
import { usePlace } from './support/use-place.js';

const place = usePlace(2);
const cases: Record<string, (place: Place) => Promise<unknown>> = {
  'a link that is cut and restored, before and after the cutover, goes on where it was': cutAndRestored,
  'a link that is cut for too long after the cutover: status.rollback says that the way back is lost': cutForTooLong,
  'a source that comes back empty in the full sync is not taken for all there is': cameBackEmptyInSync,
  'a source that comes back empty does not empty the target, and the operator is asked': cameBackEmpty,
  'a source that comes back empty while no worker runs does not empty the target': cameBackEmptyUnwatched,
  'a source that is lost for good is given up with the consent to lose what was under way': lostForGood,
  'a bigger loss than the operator accepts is refused, and no more than that is lost': lossWithinBound,
  'a second replica of the source has it all after the cutover': secondReplica,
  'an old source that comes back as a master, without a configuration file, is parked': revivedUnwritten,
  'a pause that ran out before parking lets no write get lost': it => pauseRanOut(it, 'fence'),
  'a pause that ran out after parking lets no write get lost': it => pauseRanOut(it, 'park'),
};

describe('no acknowledged write is lost under writers', () => {
  for (const [name, scenario] of Object.entries(cases))
    it(name, { timeout: 90_000 }, async () => {
      await scenario(place());
    });
});
