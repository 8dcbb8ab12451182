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
import type { Scope } from './scope.js';
import { throttled } from './throttled.js';
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
    const beat = context.info.heartbeatDetails as { checkpoint: PartitionProgress } | undefined;
    return copyPartition(
      endpoints,
      {
        partition,
        transport: transportOf(plan),
        mode,
        sliceMs,
        resume: beat?.checkpoint ?? scope.resume,
        selection: Selection.of(plan),
        // What `fail` was to find was looked for before the first key: from then on these keys are the migration's.
        onConflict: plan.onConflict === 'skip' || plan.migrate.move ? 'skip' : 'replace',
        rate: { ...scope.rate, brake: plan.rate.brake },
      },
      {
        signal: context.cancellationSignal,
        writer: writerOf(scope),
        onProgress: throttled(checkpoint => context.heartbeat(toHeartbeat(partition, checkpoint))),
      },
    );
  };

const transportOf = ({ method, migrate, target }: MigrationPlan): Transport =>
  method === 'migrate' ? { kind: 'migrate', address: target.addressForPeer, move: migrate.move } : { kind: 'worker' };

/** Of this attempt, which may have been given up meanwhile. */
export const writerOf = ({ name }: Scope): Writer => ({
  name: writerName(name),
  admit: async () => void (await assertWanted()),
});

const toHeartbeat = ({ db }: Partition, checkpoint: PartitionProgress) => ({
  detail: `database ${db}: ${checkpoint.copied} keys copied`,
  checkpoint,
});
