import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Direction } from '../activities/scope.js';
import { errorTable } from '../src/contract/errors.js';
import type { LinkReport } from '../src/contract/link.js';
import type { StepName } from '../src/contract/steps.js';
import { acting, watching } from './activities.js';
import { blockersOf } from './blocked.js';
import type { Run } from './run.js';

const firstSliceMs = 2000;
const longestSliceMs = 30_000;

/** Watches the replication link beside the checklist, slice by slice, and keeps status fresh. */
export class LinkWatch {
  private scope: CancellationScope | null = null;
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly run: Run) {}

  start(direction: Direction): void {
    if (this.scope) return;
    this.scope = new CancellationScope({ cancellable: true });
    this.done = this.scope
      .run(() => this.watch(direction))
      .catch(error => {
        if (!isCancellation(error)) throw error;
      });
    // Awaited by stop; until then a failure must not count as unhandled.
    this.done.catch(() => undefined);
  }

  /** The watch never acts once a later attempt has taken the servers, so nobody waits for a frozen worker here. */
  async stop(): Promise<void> {
    this.scope?.cancel();
    await CancellationScope.nonCancellable(() => this.done);
    this.scope = null;
  }

  private async watch(direction: Direction): Promise<void> {
    const step: StepName = direction === 'forward' ? 'replicate' : 'keep-source';
    for (let sliceMs = firstSliceMs; ; ) {
      const before = this.run.state.link?.state;
      try {
        await this.round(direction, step, sliceMs);
      } catch (error) {
        if (isCancellation(error)) throw error;
        this.run.block(step, blockersOf(step, error));
        await this.askOperator(step, direction);
      }
      // Quick after a change, slow when nothing happens.
      sliceMs = before === this.run.state.link?.state ? Math.min(longestSliceMs, sliceMs * 1.5) : firstSliceMs;
    }
  }

  private async round(direction: Direction, step: StepName, sliceMs: number): Promise<void> {
    const { run } = this;
    const report = await this.slice({ ...run.scope, direction, previous: run.state.link, sliceMs });
    if (report === null) return this.rest();
    this.take(report, step);
    await this.lockRestarted(report, direction);
    if (report.finding && direction === 'forward') await this.askOperator(step, direction);
  }

  /** A restarted server has another `run_id`, which is locked too. */
  private async lockRestarted({ primary, standby }: LinkReport, direction: Direction): Promise<void> {
    const [source, target] = direction === 'forward' ? [primary, standby] : [standby, primary];
    if (source) await this.run.lock('source', source.runId);
    if (target) await this.run.lock('target', target.runId);
  }

  /** Null: interrupted by `pause`. */
  private async slice(request: Parameters<typeof watching.watchLink>[0]): Promise<LinkReport | null> {
    const scope = new CancellationScope({ cancellable: true });
    const report = scope.run(() => watching.watchLink(request));
    const paused = () => this.run.state.paused;
    await Promise.race([report, scope.run(() => condition(paused))]);
    if (paused()) {
      scope.cancel();
      await report.catch(() => undefined);
      return null;
    }
    scope.cancel();
    return report;
  }

  /** `pause` until `resume`: the target keeps its data and its position. */
  private async rest(): Promise<void> {
    const { run } = this;
    await acting.holdReplication(run.scope);
    await condition(() => !run.state.paused);
    await this.linkAnew();
  }

  private async linkAnew(): Promise<void> {
    const { originals } = this.run.state;
    if (originals) await acting.replicate({ ...this.run.scope, originals });
  }

  private take(report: LinkReport, step: StepName): void {
    const { run } = this;
    run.state.link = report;
    run.show();
    if (report.acted) run.note(report.acted);
    run.unblock(step);
    if (!report.finding) return;
    const { type, message } = report.finding;
    run.block(step, [{ step, type, message, remedy: errorTable[type].remedy }]);
  }

  /** After a finding only the operator says that the servers are in order again; then the link is made anew. */
  private async askOperator(step: StepName, direction: Direction): Promise<void> {
    const { run } = this;
    const { retries } = run;
    await condition(() => run.retries > retries);
    run.unblock(step);
    if (direction === 'back') return;
    run.state.link = null;
    await this.linkAnew();
  }
}
