import type { Random } from '../../../soak/random.js';
import { strike } from './faults.js';
import { FollowRound, type RoundOptions } from './round.js';

/** A source is followed under writers while things happen to everybody; then the two servers are equal. */
export const followedAtRandom = (random: Random, options: RoundOptions): Promise<Record<string, number>> =>
  FollowRound.run(random, options, async round => {
    round.startNoise();
    await round.follower.start();
    await strike(round, random.integer(1, 6));
    await round.stopNoise();
    await round.compare();
    await round.finish();
  });
