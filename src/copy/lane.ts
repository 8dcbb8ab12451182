import type { Pace } from '../keys/pace.js';
import type { CopyRequest, KeyRequest } from './request.js';
import type { CopySession } from './session.js';

/** What every step of copying keys works with. */
export interface Lane {
  session: CopySession;
  request: KeyRequest;
  pace: { keys: Pace; bytes: Pace };
  signal: AbortSignal;
}

/** The same, for one partition. */
export interface PartitionLane extends Lane {
  request: CopyRequest;
}
