import type { ErrorType } from './errors.js';
import type { Progress } from './status.js';

/** What a watch of the replication link reports, in heartbeats and as its result. Small, and readable in the UI. */
export interface LinkReport {
  /** ISO 8601 UTC. */
  at: string;
  /** `held`: the standby was parked to protect it. `full-sync`: it receives everything. */
  state: 'full-sync' | 'catching-up' | 'in-sync' | 'link-down' | 'held' | 'primary-lost' | 'standby-lost';
  /** Something a person must decide. */
  finding: { type: ErrorType; message: string } | null;
  /** What the watch did about it. */
  acted: string | null;
  /** How often a target that a worker feeds was filled anew, as far as `acted` has said so. */
  anew?: number;
  /** Method live: what of the snapshot the target can't hold, the first of it by name. */
  unheld?: readonly string[];
  /** The last that was seen of each side. */
  primary: ServerIdentity | null;
  standby: ServerIdentity | null;
  /** The standby could resync partially. */
  wayBack: boolean;
  progress: Progress;
  /** Method live: what forbids a cutover until it is put right. The stream goes on meanwhile. */
  concern?: { type: ErrorType; message: string; remedy: string };
}

export interface ServerIdentity {
  runId: string;
  replid: string;
  /** Replication offset. */
  offset: number;
  keys: number;
  usedMemory: number;
}
