import { describe, it } from 'vitest';
import { type Restart, restarted, restartedCompleted, restartedRolledBack } from './scenarios/restart.js';
import { usePlace } from './support/use-place.js';

const place = usePlace(2);
const restarts: Restart[] = [
  { who: 'source', when: 'syncing', downMs: 700 },
  { who: 'target', when: 'syncing', downMs: 100 },
  { who: 'source', when: 'waiting', downMs: 700 },
  { who: 'target', when: 'waiting', downMs: 2500 },
  { who: 'source', when: 'fenced', downMs: 700 },
  { who: 'source', when: 'fenced', downMs: 100, givenUp: true },
  { who: 'target', when: 'fenced', downMs: 100 },
  { who: 'source', when: 'fenced', downMs: 100, forgets: true },
  { who: 'source', when: 'parked', downMs: 700 },
  { who: 'source', when: 'parked', downMs: 100, forgets: true },
  { who: 'target', when: 'parked', downMs: 700 },
  { who: 'source', when: 'afterwards', downMs: 100 },
  { who: 'target', when: 'afterwards', downMs: 700 },
];

const named = ({ who, when, forgets, givenUp }: Restart): string =>
  `the ${who}, ${when}${forgets ? ', back as it was saved' : ''}${givenUp ? ', and the cutover given up' : ''}`;

describe('no write is lost, and the old source takes none, when a server is killed and started again', () => {
  for (const restart of restarts)
    it(named(restart), {
      timeout: 90_000,
    }, async () => {
      await restarted(place(), restart);
    });

  it('the target, on the way back, its successor promoted', { timeout: 90_000 }, async () => {
    await restartedRolledBack(place());
  });

  it('the target, on the way back, fenced, and taken as it came back', { timeout: 90_000 }, async () => {
    await restartedCompleted(place());
  });
});
