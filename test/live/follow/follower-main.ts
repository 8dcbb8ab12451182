import { readFileSync } from 'node:fs';
import { MigrationError } from '../../../src/contract/errors.js';
import type { Control } from '../../../src/contract/messages.js';
import type { MigrationPlan } from '../../../src/contract/plan.js';
import { writerName } from '../../../src/copy/writers.js';
import { follow } from '../../../src/live/follow/follow.js';
import type { FollowRequest } from '../../../src/live/follow/request.js';
import { Selection } from '../../../src/selection/selection.js';

/** What a `Follower` gives its process. */
export interface FollowerConfig extends Omit<FollowRequest, 'selection'> {
  rate: Omit<Control, 'paused'>;
  plan: Pick<MigrationPlan, 'filter' | 'rename'>;
  /** A file that says which attempt is waited for, as Temporal does. */
  lease: string;
  attempt: number;
}

const { plan, lease, attempt, rate, ...request } = JSON.parse(process.env.FOLLOWER ?? '') as FollowerConfig;
const controller = new AbortController();
let paused = false;
process.once('SIGTERM', () => controller.abort(new Error('stopped')));
process.on('message', message => {
  paused = message === 'pause';
});
process.once('disconnect', () => process.exit()); // The test is gone.

async function admit(): Promise<void> {
  if (Number(readFileSync(lease, 'utf8')) !== attempt)
    throw new MigrationError('Superseded', `attempt ${attempt} is not waited for any more`);
}

try {
  await follow(
    { ...request, selection: Selection.of(plan) },
    {
      signal: controller.signal,
      writer: { name: writerName(request.workflowId), admit },
      control: () => ({ paused, ...rate }),
      onProgress: progress => process.send?.(progress),
    },
  );
} catch (error) {
  if (!controller.signal.aborted) {
    process.stderr.write(`${error instanceof MigrationError ? error.type : ''} ${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}
process.disconnect();
