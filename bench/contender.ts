import { untilInSync } from '../test/lab/replicate.js';
import { bareCutover, type Pair } from './bare-cutover.js';
import { engineFailover } from './engine-failover.js';

/** A way to cut over. */
export interface Contender {
  /** Everything up to the moment where it may be told to cut over. */
  prepare(pair: Pair): Promise<Prepared>;
}

export interface Prepared {
  /** The cutover itself; what it says about its own times, in ms. */
  cutOver(): Promise<Record<string, number>>;
  /** Makes a master and its replica in sync of the two again, whichever way round. */
  restore(): Promise<Pair>;
}

export const bareScript: Contender = {
  prepare: async pair => ({
    cutOver: async () => ({ ...(await bareCutover(pair)) }),
    restore: () => theOtherWayRound(pair),
  }),
};

export const failover: Contender = {
  prepare: async pair => ({
    cutOver: async () => {
      await engineFailover(pair);
      return {};
    },
    restore: () => theOtherWayRound(pair),
  }),
};

async function theOtherWayRound({ source, target }: Pair): Promise<Pair> {
  await untilInSync({ to: source });
  return { source: target, target: source };
}
