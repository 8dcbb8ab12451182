import { condition, isCancellation } from '@temporalio/workflow';
import type { StepName } from '../src/contract/steps.js';
import { blockersOf } from './blocked.js';
import type { Run } from './run.js';

/** Does something until it succeeds; what it can't go on with is for the operator, who answers by `retry`. */
export async function untilItSucceeds<Result>(run: Run, step: StepName, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { retries } = run;
      run.block(step, blockersOf(step, error));
      await condition(() => run.retries > retries);
      run.unblock(step);
    }
  }
}
