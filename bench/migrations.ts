import type { Client, WorkflowHandle } from '@temporalio/client';
import type { MigrationInput } from '../src/contract/input.js';
import { defaultTaskQueue, workflowType } from '../src/contract/messages.js';
import type { MigrationResult, MigrationStatus } from '../src/contract/status.js';
import type { StepName } from '../src/contract/steps.js';
import { waitFor } from '../test/lab/wait-for.js';
import type { Pair } from './bare-cutover.js';

export type VerificationMode = 'none' | 'full';

/** A worker must be running. It observes for long, so that the benchmark decides when it ends. */
export function startMigration(
  client: Client,
  { source, target }: Pair,
  mode: VerificationMode,
  method: 'replication' | 'live' = 'replication',
) {
  const input: MigrationInput = {
    source: { url: source.url },
    target: { url: target.url },
    method,
    verification: { mode },
    observe: { duration: '1h' },
    keepSourceFor: '1h',
  };
  const workflowId = `bench-${source.port}-${target.port}-${Date.now()}`;
  return client.workflow.start(workflowType, { taskQueue: defaultTaskQueue, workflowId, args: [input] });
}

/** Looks seldom: a query costs the machine time that what is measured needs. */
export async function untilStatus(
  handle: WorkflowHandle,
  what: string,
  until: (status: MigrationStatus) => boolean,
): Promise<MigrationStatus> {
  const status = await waitFor(() => handle.query<MigrationStatus>('status'), {
    what,
    until: seen => until(seen) || seen.phase === 'waiting-for-operator',
    timeoutMs: 300_000,
    everyMs: 250,
  });
  if (!until(status)) throw new Error(`the migration waits for its operator: ${JSON.stringify(status.blockers)}`);
  return status;
}

export const untilReady = (handle: WorkflowHandle): Promise<MigrationStatus> =>
  untilStatus(handle, 'canCutOver', status => status.canCutOver);

/** Waits for its end, and leaves the target a master of its own. */
export async function abort(handle: WorkflowHandle): Promise<void> {
  await handle.signal('abort', { reason: 'the next run of the benchmark' });
  await expectOutcome(handle, 'aborted');
}

export async function expectOutcome(handle: WorkflowHandle, expected: MigrationResult['outcome']): Promise<void> {
  const { outcome } = (await handle.result()) as MigrationResult;
  if (outcome !== expected) throw new Error(`the migration ended as ${outcome} instead of ${expected}`);
}

/** From the start of one step to the end of the same or a later one, in ms: the workflow's own times. */
export function stepsMs({ checklist }: MigrationStatus, from: StepName, to: StepName = from): number {
  const entry = (name: StepName) => checklist.find(({ step }) => step === name);
  const [startedAt, endedAt] = [entry(from)?.startedAt, entry(to)?.endedAt];
  if (!startedAt || !endedAt) throw new Error(`the steps ${from} to ${to} have not been passed`);
  return Date.parse(endedAt) - Date.parse(startedAt);
}
