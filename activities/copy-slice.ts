import { Context } from '@temporalio/activity';
import type { MigrationPlan } from '../src/contract/plan.js';
import {
  type CopyMode,
  type CopyPlan,
  type CopyRate,
  type CopyRequest,
  copyPartition,
  type Partition,
  type PartitionProgress,
  type PartitionReport,
  type Writer,
} from '../src/copy/index.js';
import { writerName } from '../src/copy/writers.js';
import { reversedSelection } from '../src/selection/reversed.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { withNodes } from './cluster-nodes.js';
import type { ActivityDeps } from './deps.js';
import { exchanged } from './exchanged.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';
import { assertWanted } from './wanted.js';

export interface CopySlice extends Scope {
  partition: Partition;
  mode: CopyMode;
  /** Copies from the target to the source what was moved there. @default null */
  back?: { onConflict: 'replace' | 'skip' } | null;
  resume: PartitionProgress | null;
  /** More nodes of clusters. @default none */
  nodes?: CopyPlan['nodes'];
  /** This partition's share. */
  rate: Omit<CopyRate, 'brake'>;
  sliceMs: number;
}

/** Copies a partition for a slice of time. Cancelled, it ends with what it has done. Goes on from its heartbeat. */
export const copySlice =
  (deps: ActivityDeps) =>
  async (scope: CopySlice): Promise<PartitionReport> => {
    const { plan, partition, mode, sliceMs, back } = scope;
    const context = Context.current();
    const endpoints = withNodes(await resolveEndpoints(plan, deps.secrets), scope.nodes);
    const resume = checkpointIn(context.info.heartbeatDetails) ?? scope.resume;
    const pulse = startPulse(resume && toHeartbeat(scope, resume));
    const rate = { ...scope.rate, brake: plan.rate.brake };
    return copyPartition(
      back ? exchanged(endpoints) : endpoints,
      { partition, mode, sliceMs, resume, rate, ...(back ? wayBack(plan, back) : wayThere(plan)) },
      {
        signal: context.cancellationSignal,
        writer: writerOf(scope.name),
        onProgress: checkpoint => pulse.show(() => toHeartbeat(scope, checkpoint)),
      },
    ).finally(pulse.stop);
  };

type Way = Pick<CopyRequest, 'selection' | 'transport' | 'onConflict'>;

function wayThere(plan: MigrationPlan): Way {
  const { method, migrate, target, onConflict } = plan;
  const transport = { kind: 'migrate', address: target.addressForPeer, move: migrate.move } as const;
  return {
    selection: Selection.of(plan),
    transport: method === 'migrate' ? transport : { kind: 'worker' },
    // What `fail` was to find was looked for before the first key: from then on these keys are the migration's.
    onConflict: onConflict === 'skip' || migrate.move ? 'skip' : 'replace',
  };
}

const wayBack = (plan: MigrationPlan, { onConflict }: NonNullable<CopySlice['back']>): Way => ({
  selection: reversedSelection(plan),
  transport: { kind: 'worker' },
  onConflict,
});

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

export const keysIn = (progress: PartitionProgress | null): number =>
  progress === null ? 0 : progress.copied + progress.skipped + progress.gone;
