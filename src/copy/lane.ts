import type { Pace } from '../keys/pace.js';
import type { CopyRequest } from './request.js';
import type { CopySession } from './session.js';

/** What every step of one partition's copy works with. */
export interface Lane {
  session: CopySession;
  request: CopyRequest;
  pace: { keys: Pace; bytes: Pace };
  signal: AbortSignal;
}
