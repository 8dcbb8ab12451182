import { type FileHandle, open as openFile } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import type { CopyRate, PartitionProgress, PartitionReport } from '../src/copy/index.js';
import { applySnapshot as apply } from '../src/rdb/apply/apply-snapshot.js';
import { checkSnapshot, openSnapshotFile } from '../src/rdb/file/snapshot-file.js';
import { SnapshotSpool } from '../src/rdb/file/spool.js';
import { Selection } from '../src/selection/selection.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { keysIn, writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

export interface ApplySnapshot extends Scope {
  mode: 'check' | 'copy';
  resume: PartitionProgress | null;
  /** Under what name an activity before this one has left the snapshot, on whichever machine that was. */
  spooled: string | null;
  rate: Omit<CopyRate, 'brake'>;
}

export interface SnapshotReport extends PartitionReport {
  /** See `ApplySnapshot`; null when it is no longer needed. */
  spooled: string | null;
}

interface Snapshot {
  file: FileHandle;
  /** In the spool; null: the operator's own file. */
  name: string | null;
}

interface Heartbeat {
  detail?: string;
  spooled: string | null;
  checkpoint: PartitionProgress | null;
}

/**
 * Takes a snapshot of the source, or reads the one that the input names, and gives the target its keys. In one go, since
 * the file is on this machine only: on another one it begins anew, with a snapshot of its own.
 */
export const applySnapshot =
  (deps: ActivityDeps) =>
  async (scope: ApplySnapshot): Promise<SnapshotReport> => {
    const { plan, mode, name } = scope;
    const context = Context.current();
    const { cancellationSignal: signal } = context;
    const spool = new SnapshotSpool(deps.snapshots);
    const beat = context.info.heartbeatDetails as Heartbeat | null | undefined;
    const { source, target } = await resolveEndpoints(plan, deps.secrets);
    const pulse = startPulse(beat ?? { spooled: scope.spooled, checkpoint: scope.resume });
    const snapshot = await open(source, beat?.spooled ?? scope.spooled);
    try {
      const report = await apply(
        snapshot.file,
        target,
        {
          mode,
          onConflict: plan.onConflict === 'skip' ? 'skip' : 'replace',
          selection: Selection.of(plan),
          functions: mode === 'copy' && plan.filter === null && plan.rename === null,
          rate: { ...scope.rate, brake: plan.rate.brake },
          resume: beat?.checkpoint ?? scope.resume,
          sliceMs: Number.POSITIVE_INFINITY,
        },
        {
          signal,
          writer: writerOf(name),
          onProgress: checkpoint => pulse.show(() => toHeartbeat(scope, snapshot, checkpoint)),
        },
      );
      const over = mode === 'copy' && report.progress.done;
      if (over && snapshot.name) await spool.remove(snapshot.name);
      return { ...report, spooled: over ? null : snapshot.name };
    } finally {
      pulse.stop();
      await snapshot.file.close();
    }

    async function open(from: Endpoint, before: string | null): Promise<Snapshot> {
      try {
        return plan.rdb.file ? await named(plan.rdb.file) : await taken(from, before);
      } catch (error) {
        pulse.stop();
        throw error;
      }
    }

    async function named(file: string): Promise<Snapshot> {
      const handle = await openSnapshotFile(deps.snapshots, file);
      try {
        await checkSnapshot(handle, file, signal);
      } catch (error) {
        await handle.close();
        throw error;
      }
      return { file: handle, name: null };
    }

    async function taken(from: Endpoint, before: string | null): Promise<Snapshot> {
      const spooled = before ?? attemptsName();
      const onBytes = (bytes: number) =>
        pulse.show(() => ({ detail: `snapshot: ${bytes} bytes so far`, spooled, checkpoint: null }));
      const path = (await spool.find(spooled)) ?? (await spool.receive(from, spooled, { signal, onBytes })).path;
      return { file: await openFile(path), name: spooled };
    }
  };

/** The same for all attempts of this activity, and for no other: one that died may have left its snapshot under it. */
export function attemptsName(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.runId}:${activityId}`;
}

/** A checkpoint, and what the workflow does not know of yet. */
function toHeartbeat({ resume }: ApplySnapshot, { name }: Snapshot, checkpoint: PartitionProgress) {
  const moved = { keys: keysIn(checkpoint) - keysIn(resume), bytes: checkpoint.bytes - (resume?.bytes ?? 0) };
  return { spooled: name, moved, checkpoint };
}
