import { Context } from '@temporalio/activity';
import type { MigrationPlan } from '../src/contract/plan.js';
import {
  type CopyRate,
  copyPartition,
  type Partition,
  type PartitionProgress,
  type PartitionReport,
  type Transport,
  type Writer,
} from '../src/copy/index.js';
import { writerName } from '../src/copy/writers.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';
import { assertWanted } from './wanted.js';

export interface CopySlice extends Scope {
  partition: Partition;
  /** `check` only looks which keys the target has already. */
  mode: 'check' | 'copy';
  resume: PartitionProgress | null;
  /** This partition's share. */
  rate: Omit<CopyRate, 'brake'>;
  sliceMs: number;
}

/** Copies a partition for a slice of time. Cancelled, it ends with what it has done. Goes on from its heartbeat. */
export const copySlice =
  (deps: ActivityDeps) =>
  async (scope: CopySlice): Promise<PartitionReport> => {
    const { plan, partition, mode, sliceMs } = scope;
    const context = Context.current();
    const endpoints = await resolveEndpoints(plan, deps.secrets);
    const resume = checkpointIn(context.info.heartbeatDetails) ?? scope.resume;
    const pulse = startPulse(resume && toHeartbeat(scope, resume));
    return copyPartition(
      endpoints,
      {
        partition,
        transport: transportOf(plan),
        mode,
        sliceMs,
        resume,
        selection: Selection.of(plan),
        // What `fail` was to find was looked for before the first key: from then on these keys are the migration's.
        onConflict: plan.onConflict === 'skip' || plan.migrate.move ? 'skip' : 'replace',
        rate: { ...scope.rate, brake: plan.rate.brake },
      },
      {
        signal: context.cancellationSignal,
        writer: writerOf(scope.name),
        onProgress: checkpoint => pulse.show(() => toHeartbeat(scope, checkpoint)),
      },
    ).finally(pulse.stop);
  };

const transportOf = ({ method, migrate, target }: MigrationPlan): Transport =>
  method === 'migrate' ? { kind: 'migrate', address: target.addressForPeer, move: migrate.move } : { kind: 'worker' };

const checkpointIn = (details: unknown): PartitionProgress | undefined =>
  (details as { checkpoint?: PartitionProgress } | null | undefined)?.checkpoint;

/** Of this attempt, which may have been given up meanwhile. */
export const writerOf = (name: string): Writer => ({
  name: writerName(name),
  admit: async () => void (await assertWanted()),
});

/** A checkpoint, and what the workflow does not know of yet. */
function toHeartbeat({ partition, resume }: CopySlice, checkpoint: PartitionProgress) {
  const { db, from } = partition;
  const moved = { keys: keysIn(checkpoint) - keysIn(resume), bytes: checkpoint.bytes - (resume?.bytes ?? 0) };
  return { partition: `database ${db} from cursor ${from}`, moved, checkpoint };
}

const keysIn = (progress: PartitionProgress | null): number =>
  progress === null ? 0 : progress.copied + progress.skipped + progress.gone;
