import type { Server } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { WriteConditions } from '../config-file.js';
import type { Held } from '../epoch.js';
import type { PromotedMarker } from '../marker.js';
import type { Observation } from '../observe.js';
import type { Addresses } from '../situation.js';

/**
 * How a standby comes by the primary's writes, and so what it takes to see how far it is, and to make it the master. Its
 * conditions are null where it has no CONFIG: then it is set to nothing.
 */
export interface StandbyKind {
  /** See `observe`. */
  observe(
    held: Held | null,
    mine: (marker: PromotedMarker) => boolean,
    addresses: Addresses,
  ): Promise<Observation | null>;
  /** It must not follow a primary that restarts: that may come back with less. */
  guard(standby: Server, primaryOffset: number): Promise<void>;
  /** From here on it refuses writes until it is promoted: where it would take them from anyone. */
  close?(standby: Server, conditions: WriteConditions | null): Promise<void>;
  /** It was not promoted: whoever feeds it may go on. */
  open?(standby: Server, conditions: WriteConditions | null): Promise<void>;
  /** It takes writes from now on, and bears the mark. @throws when the server refuses it; then nothing has happened */
  promote(standby: Server, conditions: WriteConditions | null, marker: PromotedMarker): Promise<void>;
  /** Its configuration file says that it is the master. */
  record(standby: Server, conditions: WriteConditions | null): Promise<void>;
  /** What the old primary is set to, to follow it. */
  loginFor(standby: Endpoint): Record<string, string>;
}
