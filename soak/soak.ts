import type { Random } from './random.js';

/** A long randomized run. */
export interface Soak {
  /** What happens in a round, and what must hold afterwards, in a line. */
  describes: string;
  /** How many make the full run. */
  rounds: number;
  /** What rounds share: servers, a worker. Opened again after a round that failed. */
  open(): Promise<SoakPlace>;
}

export interface SoakPlace {
  /** Throws when what must hold doesn't. The numbers it returns are summed up over all rounds. */
  round(random: Random): Promise<Record<string, number>>;
  close(): Promise<void>;
}
