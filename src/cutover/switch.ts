import type { Endpoint } from '../server/endpoint.js';
import type { WriteConditions } from './config-file.js';
import type { End, Goal, Limits } from './decision.js';
import type { Epoch } from './epoch/name.js';
import type { Fence } from './fence/fence.js';
import type { PromotedMarker } from './marker.js';
import type { Addresses } from './situation.js';
import type { StandbyKind } from './standby/standby.js';

/** What a switch is asked, tells meanwhile, and comes to. */

export interface SwitchRequest {
  goal: Goal;
  workflowId: string;
  epoch: Epoch;
  primary: Endpoint;
  standby: Endpoint;
  standbyKind: StandbyKind;
  addresses: Addresses;
  /** `host:port` of both, as the marker names them. */
  names: { primary: string; standby: string };
  limits: Limits;
  fence: Fence;
  /** On what conditions both take writes, as a master; null: it has no CONFIG. */
  conditions: { primary: WriteConditions; standby: WriteConditions | null };
  /** The primary's `repl-ping-replica-period`, which is raised while the fence is up: PINGs move the offset. */
  pingPeriod: string;
  /** How long the fence holds by itself if this attempt dies, in ms. */
  fenceForMs: number;
  connectTimeoutMs: number;
  /** When this attempt was last known to be wanted, by `performance.now()`. @default now */
  since?: number;
  /** Older than this before its first act, an attempt has been given up by Temporal, in ms. */
  staleAfterMs: number;
}

export interface SwitchEvents {
  /** After each act; an error thrown here ends the attempt, as a crash would. */
  onAct?(record: ActRecord): void | Promise<void>;
  /** The primary was seen at a later offset than before: what a standby must have. */
  onOffset?(offset: number): void;
  switchHook?(): Promise<void>;
  /** Resolves to how many of the unsettled keys differ, or could not be compared within its bound. */
  compareUnsettled?(): Promise<number>;
  signal: AbortSignal;
}

/** `at` in ms since the attempt began. */
export interface ActRecord {
  act: string;
  why: string;
  at: number;
}

export interface SwitchResult {
  end: End;
  acts: ActRecord[];
  /** From the reply to the pause to the reply to the promotion, when this attempt did both. */
  writePauseMs: number | null;
  pauseToParkMs: number | null;
  marker: PromotedMarker | null;
  hookError: string | null;
  /** How the primary refused writes for good when it was last looked at; null: it could not be reached. */
  primaryOut: 'no' | 'parked' | 'came-back' | null;
  /** The last replication offset at which any attempt saw the primary, in the history that the standby follows. */
  primaryOffset: number;
  /** Unix ms. */
  fencedAt: number | null;
}
