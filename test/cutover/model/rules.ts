import type { decide } from '../../../src/cutover/decide.js';
import type { EpochForm } from '../../../src/cutover/epoch/form.js';
import type { Persistence } from './crash.js';

/** What the model's attempts go by. The checker is tried by breaking one of these. */
export interface Rules {
  decide: typeof decide;
  /** Names of later epochs stop an attempt, earlier ones are cut. */
  epochs: boolean;
  /** How a server remembers them: see src/cutover/epoch. */
  form: EpochForm['kind'];
  /** By connections: the latest epoch is left in a setting, after the connections of earlier ones were cut. */
  marks: boolean;
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
