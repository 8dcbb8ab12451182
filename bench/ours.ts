import type { Client, WorkflowHandle } from '@temporalio/client';
import type { SwitchResult } from '../src/cutover/switch.js';
import { replicate, untilInSync } from '../test/lab/replicate.js';
import { activityResult } from './activity-result.js';
import type { Contender } from './contender.js';
import { expectOutcome, startMigration, untilReady, untilStatus, type VerificationMode } from './migrations.js';

/** Cuts over with a migration, and brings the roles back with its rollback. A worker must be running. */
export const ours = (client: Client, verification: VerificationMode = 'none'): Contender => ({
  prepare: async pair => {
    const handle = await startMigration(client, pair, verification);
    await untilReady(handle);
    return {
      cutOver: () => cutOver(handle),
      restore: async () => {
        await rollBack(handle);
        await untilInSync({ to: pair.target });
        return pair;
      },
    };
  },
});

/** The same by a stream: the target is a master from the start, and left parked with its mark by the rollback. */
export const oursLive = (client: Client): Contender => ({
  prepare: async pair => {
    const { source, target } = pair;
    await target.cli('REPLICAOF', 'NO', 'ONE');
    await target.cli('FLUSHALL');
    const handle = await startMigration(client, pair, 'none', 'live');
    await untilReady(handle);
    return {
      cutOver: () => cutOver(handle),
      restore: async () => {
        await rollBack(handle);
        await replicate({ from: source, to: target });
        return pair;
      },
    };
  },
});

async function cutOver(handle: WorkflowHandle): Promise<Record<string, number>> {
  await handle.signal('cutover', {});
  await untilStatus(handle, 'the cutover to be done', status => status.rollback.possible);
  return switchTimes(await activityResult<SwitchResult>(handle, 'switchOver'));
}

async function rollBack(handle: WorkflowHandle): Promise<void> {
  await handle.signal('rollback', { reason: 'the next run of the benchmark' });
  await expectOutcome(handle, 'rolled-back');
}

/** All from the attempt's own clock: the activity's result has more than the status shows. */
function switchTimes({ acts, pauseToParkMs, writePauseMs }: SwitchResult): Record<string, number> {
  const at = (name: string): number | undefined => acts.findLast(({ act }) => act === name)?.at;
  const [promote, release] = [at('promote'), at('release')];
  return {
    ...(pauseToParkMs === null ? {} : { pauseToParkedMs: pauseToParkMs }),
    ...(writePauseMs === null ? {} : { pauseToPromotedMs: writePauseMs }),
    ...(promote === undefined || release === undefined ? {} : { promotedToReleasedMs: release - promote }),
  };
}
