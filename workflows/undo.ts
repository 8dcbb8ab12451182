import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { FoundOnServers } from '../activities/undo.js';
import { copies } from '../src/contract/methods.js';
import type { MigrationPlan } from '../src/contract/plan.js';
import { readInput } from '../src/contract/read-input.js';
import type { UndoInput, UndoResult } from '../src/contract/undo.js';
import { acting, quick, switchOver } from './activities.js';

/** Undoes a migration whose own workflow is gone, from what it wrote on the servers. */
export async function redisMigrationUndo(input: UndoInput): Promise<UndoResult> {
  const { forget, workflowId, force, ...servers } = input ?? {};
  const read = readInput(servers);
  if (read.plan === null)
    throw ApplicationFailure.nonRetryable(read.problems.join('\n'), 'InvalidInput', { problems: read.problems });
  const found = await quick.findTraces({ name: workflowInfo().workflowId, plan: read.plan });
  const plan = { ...read.plan, method: found.method ?? 'replication' };
  const name = workflowId ?? found.workflowId;
  if (name === null)
    return {
      outcome: 'nothing',
      notes: ['Neither server carries traces of a migration.', ...strayed(found), ...(await forgotten(forget, plan))],
    };
  const scope = { name, plan };
  const forgetting = () => forgotten(forget, plan);
  if (copies(found.method ?? 'replication')) return undoCopy(scope, found, forgetting);
  const { originals, commandLevel } = found;
  const request = {
    ...scope,
    originals,
    commandLevel,
    direction: 'forward' as const,
    acceptLossBytes: null,
    lastPrimaryOffset: 0,
    sequence: 0,
  };
  const { end } = await switchOver({ ...request, goal: 'withdraw', force: force ?? false });
  if (end.end !== 'withdrawn' && end.end !== 'too-late') {
    throw ApplicationFailure.nonRetryable('why' in end ? end.why : end.end, 'UndoIncomplete');
  }
  const tooLate = end.end === 'too-late';
  const { left } = await acting.settle({
    ...scope,
    as: tooLate ? 'left-promoted' : 'aborted',
    originals,
    rewrite: true,
  });
  return { outcome: tooLate ? 'too-late' : 'undone', notes: [...left, ...(await forgetting())] };
}

/** Without a change of roles there is only the source's fence to lift; after the cutover it stays. */
async function undoCopy(
  scope: { name: string; plan: MigrationPlan },
  { moved = false, originals, parked, promoted }: FoundOnServers,
  forgetting: () => Promise<string[]>,
): Promise<UndoResult> {
  const as = promoted ? 'left-promoted' : 'aborted';
  const { left } = await acting.settleCopy({ ...scope, as, originals, fenced: parked });
  return {
    outcome: promoted ? 'too-late' : 'undone',
    notes: [...left, ...(moved ? [onTargetOnly] : []), ...(await forgetting())],
  };
}

const onTargetOnly =
  'Keys that were moved are on the target only (migrate.move). A migration the other way brings them back: method dump-restore, the same filter, onConflict "skip" to leave what the source has again.';

/** The traces of a copy are on the target alone, which may have lost them. */
const strayed = ({ parked }: FoundOnServers): string[] =>
  parked
    ? [
        'Yet the source is a replica of nobody, which a fence makes of it. If no migration holds it: REPLICAOF NO ONE, then CONFIG REWRITE on it.',
      ]
    : [];

async function forgotten(
  forget: boolean | undefined,
  plan: Parameters<typeof quick.forgetPromotion>[0]['plan'],
): Promise<string[]> {
  if (!forget) return [];
  return (await quick.forgetPromotion({ name: workflowInfo().workflowId, plan }))
    ? ['The mark of the promotion was removed.']
    : ['There was no mark of a promotion.'];
}
