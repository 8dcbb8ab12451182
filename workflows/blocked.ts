import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { type ErrorType, errorTable } from '../src/contract/errors.js';
import type { Blocker } from '../src/contract/status.js';
import type { StepName } from '../src/contract/steps.js';

/** A step that can't go on without its operator, and why. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
  constructor(readonly blockers: Blocker[]) {
    super(blockers.map(({ message }) => message).join(' '));
  }
}

/** It restarted in the middle of a cutover, and refuses writes: either is a decision. */
export const sourceCameBack =
  'Take the source as it came back, which loses nothing where it keeps every write on disk: \'abort\'; the target then keeps its copy. Or promote what the target has: cutover {"acceptLossBytes":N}, where N is the most that it may lack of what was last seen.';

export const blockedBy = (step: StepName, type: ErrorType, message: string, remedy?: string): Blocked =>
  new Blocked([{ step, type, message, remedy: remedy ?? errorTable[type].remedy }]);

/** What an activity's failure means to the operator. Anything else is a fault of ours and goes up. */
export function blockersOf(step: StepName, error: unknown): Blocker[] {
  if (error instanceof Blocked) return error.blockers;
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) return [fromFailure(step, cause)];
  const what = cause instanceof TimeoutFailure ? 'took too long, or no worker answered' : (cause?.message ?? 'failed');
  return [
    { step, type: 'Unreachable', message: `${error.activityType} ${what}.`, remedy: errorTable.Unreachable.remedy },
  ];
}

function fromFailure(step: StepName, { type, message, details }: ApplicationFailure): Blocker {
  const known = type !== null && type !== undefined && type in errorTable ? (type as ErrorType) : 'Unexpected';
  const remedy = (details?.[0] as { remedy?: string } | undefined)?.remedy ?? errorTable[known].remedy;
  return { step, type: known, message, remedy };
}
