import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { scanAnew } from '../src/contract/scan-anew.js';
import type { StepName } from '../src/contract/steps.js';
import type { CopyMode, PartitionProgress, PartitionReport } from '../src/copy/index.js';
import { acting, applying, copying } from './activities.js';
import { blockedBy } from './blocked.js';
import { type ClusterWork, type CopiedPartition, type CopyWork, totals } from './copy-state.js';
import type { Run } from './run.js';

/** Partitions that are worked on at a time, by as many workers as there are. */
const mostLanes = 4;
const firstSliceMs = 2000;
const longestSliceMs = 30_000;

/** What is done with the partitions, and in which step. */
export interface Task {
  step: StepName;
  mode: 'check' | 'copy';
  /** From the target to the source: what was moved. */
  back?: { onConflict: 'replace' | 'skip' };
}

/** Takes all keys to their end; of a cluster those again, too, whose slot moved meanwhile. @throws as `runPartitions` */
export async function runAll(run: Run, copy: CopyWork, task: Task): Promise<void> {
  const { cluster } = copy;
  await runPartitions(run, copy, task);
  while (cluster && (cluster.steps.length > 0 || (await findMoved(run, copy, cluster, task.mode)))) {
    const step = cluster.steps.shift() ?? [];
    copy.partitions.push(...step.map(partition => ({ partition, check: null, copy: null })));
    await runPartitions(run, copy, task);
  }
}

/** @returns whether anything has */
async function findMoved(run: Run, { nodes }: CopyWork, cluster: ClusterWork, mode: Task['mode']): Promise<boolean> {
  const { layout: before } = cluster;
  const request = { before, ordered: cluster.again.includes(mode), nodes: nodes ?? null };
  const { layout, steps } = await acting.planRescans({ ...run.scope, ...request });
  const again = cluster.again.includes(mode) ? cluster.again : [...cluster.again, mode];
  Object.assign(cluster, { layout, steps, again });
  const slots = steps.flat().flatMap(partition => partition.slots ?? []);
  const count = slots.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (count > 0) run.note(`${count} slots of the source moved while they were scanned: they are scanned again.`);
  return count > 0;
}

/**
 * Takes every partition to its end, slice by slice. `pause`, `setRate`, and a history that has grown too long end the
 * slices that are on their way, each with what it has done.
 * @throws Blocked with what the operator must see to
 */
export async function runPartitions(run: Run, copy: CopyWork, task: Task): Promise<void> {
  for (;;) {
    await run.until(() => !run.state.paused);
    await run.goOn();
    const open = copy.partitions.filter(partition => !partition[task.mode]?.done);
    if (open.length === 0) return;
    await new Lanes(run, copy, task, open).run();
  }
}

/** By MIGRATE the source does nothing else meanwhile: several partitions at a time would only make its clients wait longer. */
const sends = ({ state }: Run, { mode, back }: Task): boolean =>
  state.plan.method === 'migrate' && mode === 'copy' && !back;

const restarted =
  'The target has restarted while keys were moved to it (migrate.move). What it had not saved is lost, and no longer on the source: compare its number of keys with what status says was moved.';

const isOther = (before: PartitionProgress | null, { targetRunId }: PartitionProgress): boolean =>
  !!before?.targetRunId && before.targetRunId !== targetRunId;

/** Partitions on their way side by side, until all are done or something interrupts them. */
class Lanes {
  private readonly scope = new CancellationScope({ cancellable: true });
  private active: number;
  private seen: { at: number; keys: number };

  constructor(
    private readonly migration: Run,
    private readonly copy: CopyWork,
    private readonly task: Task,
    private readonly queue: CopiedPartition[],
  ) {
    this.active = Math.min(sends(migration, task) ? 1 : mostLanes, queue.length);
    this.seen = { at: Date.now(), keys: totals(copy).scanned };
  }

  async run(): Promise<void> {
    const { migration: run, scope } = this;
    const { pauses, rates } = run;
    const lanes = Array.from({ length: this.active }, () => scope.run(() => this.lane()));
    const over = scope.run(() => condition(() => run.pauses > pauses || run.rates > rates || run.isFull));
    await Promise.race([Promise.all(lanes), over]).catch(() => undefined);
    scope.cancel();
    await over.catch(() => undefined);
    for (const outcome of await Promise.allSettled(lanes)) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async lane(): Promise<void> {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      for (let sliceMs = firstSliceMs; !next[this.task.mode]?.done; sliceMs = Math.min(longestSliceMs, sliceMs * 2)) {
        if (this.scope.consideredCancelled) return;
        await this.slice(next, sliceMs);
      }
    }
    this.active--;
  }

  private async slice(copied: CopiedPartition, sliceMs: number): Promise<void> {
    const { migration: run, task } = this;
    const { mode, step } = task;
    try {
      const { progress, finding } = await this.move(copied, sliceMs);
      if (this.movesThere && isOther(copied[mode], progress)) run.note(restarted);
      copied[mode] = progress;
      if (finding?.type === 'TargetChanged') this.scanAllAnew(progress.targetRunId);
      if (mode === 'copy') this.reopen(progress.targetRunId);
      this.measure();
      run.show();
      if (finding) this.show(finding);
      else run.unblock(step);
    } catch (error) {
      // It had not begun.
      if (!isCancellation(error)) throw error;
    }
  }

  /** A server that is gone is waited for, and shown meanwhile; the rest is for the operator. */
  private show({ type, message, remedy }: NonNullable<PartitionReport['finding']>): void {
    const { migration: run, task } = this;
    const { step } = task;
    if (type !== 'Unreachable') throw blockedBy(step, type, message, remedy);
    run.block(step, [{ step, type, message, remedy: `It goes on by itself when it is back. ${remedy}` }]);
  }

  private async move(copied: CopiedPartition, sliceMs: number): Promise<PartitionReport> {
    const { migration: run, task, copy } = this;
    const { mode, back = null } = task;
    const { partition, [mode]: resume } = copied;
    const nodes = copy.nodes ? { nodes: copy.nodes } : {};
    const request = { ...run.scope, ...nodes, resume, rate: this.share() };
    if (run.state.plan.method !== 'rdb')
      return copying.copySlice({
        ...request,
        partition,
        back,
        mode: mode === 'check' ? this.checkMode : mode,
        sliceMs,
      });
    const report = await applying.applySnapshot({ ...request, mode, spooled: copy.spooled });
    copy.spooled = report.spooled;
    return report;
  }

  private get movesThere(): boolean {
    return this.migration.state.plan.migrate.move && !this.task.back;
  }

  /** With another consent than `fail` only two keys of the source that get one name are in the way. */
  private get checkMode(): CopyMode {
    return this.migration.state.plan.onConflict === 'fail' ? 'check' : 'check-names';
  }

  /** A target that restarted may have lost what other partitions had brought there: where they go on from is their own decision. */
  private reopen(targetRunId: string): void {
    for (const other of this.copy.partitions) {
      if (!other.copy?.done || other.copy.targetRunId === targetRunId) continue;
      other.copy = { ...other.copy, done: false };
      this.queue.push(other);
    }
  }

  /** What the target may have lost of a move is asked once, not for each partition. */
  private scanAllAnew(targetRunId: string): void {
    for (const other of this.copy.partitions)
      if (other.copy?.targetRunId && other.copy.targetRunId !== targetRunId)
        other.copy = { ...scanAnew(other.copy, other.partition.from), targetRunId };
  }

  /** The rate is of the whole migration. */
  private share() {
    const { maxKeysPerSecond, maxBytesPerSecond } = this.migration.state.rate;
    const of = (rate: number | null) => (rate === null ? null : Math.max(1, Math.floor(rate / this.active)));
    const { baseline } = this.copy;
    return { maxKeysPerSecond: of(maxKeysPerSecond), maxBytesPerSecond: of(maxBytesPerSecond), baseline };
  }

  private measure(): void {
    const keys = totals(this.copy).scanned;
    const seconds = (Date.now() - this.seen.at) / 1000;
    if (seconds < 1) return;
    this.copy.keysPerSecond = Math.round((keys - this.seen.keys) / seconds);
    this.seen = { at: Date.now(), keys };
  }
}
