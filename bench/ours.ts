import type { Client, WorkflowHandle } from '@temporalio/client';
import type { MigrationInput } from '../src/contract/input.js';
import { defaultTaskQueue, workflowType } from '../src/contract/messages.js';
import type { MigrationResult, MigrationStatus } from '../src/contract/status.js';
import { untilInSync } from '../test/lab/replicate.js';
import { waitFor } from '../test/lab/wait-for.js';
import type { Pair } from './bare-cutover.js';
import type { Contender } from './contender.js';

/** Cuts over with a migration, and brings the roles back with its rollback. A worker must be running. */
export const ours = (client: Client): Contender => ({
  prepare: async pair => {
    const handle = await startMigration(client, pair);
    await untilStatus(handle, 'canCutOver', status => status.canCutOver);
    return {
      cutOver: async () => {
        await handle.signal('cutover', {});
        const { cutover } = await untilStatus(handle, 'the cutover to be done', status => status.rollback.possible);
        return cutover?.writePauseMs == null ? {} : { pauseToPromotedMs: cutover.writePauseMs };
      },
      restore: async () => {
        await handle.signal('rollback', { reason: 'the next run of the benchmark' });
        const { outcome } = (await handle.result()) as MigrationResult;
        if (outcome !== 'rolled-back') throw new Error(`the migration ended as ${outcome} instead of rolled-back`);
        await untilInSync({ to: pair.target });
        return pair;
      },
    };
  },
});

function startMigration(client: Client, { source, target }: Pair): Promise<WorkflowHandle> {
  const input: MigrationInput = {
    source: { url: source.url },
    target: { url: target.url },
    method: 'replication',
    verification: { mode: 'none' },
    observe: { duration: '1h' },
    keepSourceFor: '1h',
  };
  const workflowId = `bench-${source.port}-${target.port}-${Date.now()}`;
  return client.workflow.start(workflowType, { taskQueue: defaultTaskQueue, workflowId, args: [input] });
}

/** Looks seldom: a query costs the machine time that the cutover needs. */
async function untilStatus(
  handle: WorkflowHandle,
  what: string,
  until: (status: MigrationStatus) => boolean,
): Promise<MigrationStatus> {
  const status = await waitFor(() => handle.query<MigrationStatus>('status'), {
    what,
    until: seen => until(seen) || seen.phase === 'waiting-for-operator',
    timeoutMs: 120_000,
    everyMs: 250,
  });
  if (!until(status)) throw new Error(`the migration waits for its operator: ${JSON.stringify(status.blockers)}`);
  return status;
}
