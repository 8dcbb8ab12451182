import type { decide } from '../../../src/cutover/decide.js';
import type { Persistence } from './crash.js';

/** What the model's attempts go by. The checker is tried by breaking one of these. */
export interface Rules {
  decide: typeof decide;
  /** Users of later epochs stop an attempt, those of earlier ones are deleted. */
  epochs: boolean;
  /** A connection that was lost ends the attempt (of the primary), or is made anew (of the standby). */
  onLost: 'look again' | 'take the server for lost';
  /** A server is taken in one step, instead of one for each round trip: a smaller space. */
  takesAtOnce: boolean;
  /** Of source and target. */
  persistence: [Persistence, Persistence];
  /** A role change is in the configuration file, where there is one. */
  rewrites: boolean;
  hasSwitchHook: boolean;
  /** A later attempt may begin before an earlier one does. */
  anyOrder: boolean;
}
