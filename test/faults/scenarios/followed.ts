import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../soak/random.js';
import { waitFor } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';
import { cutoverActs, struck } from './crash.js';
import { killBusy } from './random-kills.js';
import { durable, killAndStart } from './restart.js';
import { killTemporal } from './temporal.js';

/**
 * A migration by method live to its end: workers, the target and Temporal are killed while it follows the source, and a
 * worker in the cutover and on the way back.
 */
export const followedToTheEnd = (place: Place, random: Random): Promise<Record<string, number>> =>
  Round.run(place, { source: durable, target: durable, keys: 1, input: { method: 'live' } }, async round => {
    await round.begin();
    const { migration, source, target } = round;
    for (let kills = random.integer(0, 3); kills > 0; kills--) {
      await sleep(random.integer(0, 1500));
      await random.pick(killings)(round, random);
      await place.replaceDead();
    }
    const strike = () => ({ act: random.pick(acts), fault: random.pick(['kill', 'stop'] as const) });
    await migration.untilReady();
    await struck(round, strike(), () => migration.signal('cutover', {}), target);
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await place.replaceDead();
    await struck(round, strike(), () => migration.signal('rollback', {}), source);
    const outcome = await round.outcome();
    if (outcome !== 'rolled-back') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(source);
    const { acknowledged } = await round.settle({ master: source, moves: 2 });
    return { acknowledged };
  });

/** Nobody is linked anew: the worker that follows does it by itself. */
const acts = cutoverActs.filter(act => act !== 'relink');

/** Not the source: writers would go on with the target, which is a master of its own until the cutover. */
const killings: ((round: Round, random: Random) => Promise<void>)[] = [
  (round, random) => killBusy(round, random.integer(0, 500)),
  (round, random) => killBusy(round, random.integer(0, 500)),
  ({ target }, random) => killAndStart(target, random.integer(0, 1500)),
  async ({ place }) => {
    // A worker that is starting needs Temporal.
    await waitFor(() => place.workers.length >= 3, { what: 'all workers', timeoutMs: 30_000 });
    await killTemporal(place);
  },
];
