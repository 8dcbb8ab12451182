import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Direction } from '../activities/scope.js';
import type { LinkReport } from '../src/contract/link.js';
import type { Blocker } from '../src/contract/status.js';
import type { StepName } from '../src/contract/steps.js';
import { acting, guarding } from './activities.js';
import { Beside } from './beside.js';
import { type Blocked, blockedBy, blockersOf, sourceCameBack } from './blocked.js';
import { Outage } from './outage.js';
import type { Run } from './run.js';

const firstSliceMs = 2000;
const longestSliceMs = 30_000;

/** What a method does with its link. */
export interface LinkActs {
  /** One slice, which can be cancelled. */
  watch(request: WatchRequest): Promise<LinkReport>;
  /** `pause`: the target keeps its data and its position. */
  hold(): Promise<void>;
  /** The servers are in order again, as the operator says. */
  linkAnew(direction: Direction): Promise<void>;
}

type WatchRequest = Parameters<typeof guarding.watchLink>[0];

/** The engine's own replication. */
export const replicationLink = (run: Run): LinkActs => ({
  watch: guarding.watchLink,
  hold: () => acting.holdReplication(run.scope),
  linkAnew: async direction => {
    const { originals } = run.state;
    if (originals && direction === 'forward') await acting.replicate({ ...run.scope, originals });
  },
});

/** Watches the replication link beside the checklist, slice by slice, and keeps status fresh. */
export class LinkWatch {
  private readonly beside = new Beside();
  /** Something of this watch's is among the blockers, or may be since before the history began anew; others of the step stay. */
  private blocking = true;

  constructor(
    private readonly run: Run,
    private readonly acts: LinkActs = replicationLink(run),
  ) {}

  start(direction: Direction): void {
    this.beside.start(scope => this.watch(direction, scope));
  }

  stop(): Promise<void> {
    return this.beside.stop();
  }

  /** What can't go on without the operator is shown, and the link made anew after a `retry`. */
  private async watch(direction: Direction, scope: CancellationScope): Promise<void> {
    const { run } = this;
    const outage = new Outage(direction);
    const step: StepName = direction === 'forward' ? 'replicate' : 'keep-source';
    let anew = run.state.link?.finding != null && direction === 'forward';
    // A continued run waits on, and an answer may have come before this line.
    if (anew)
      await this.askOperator(
        step,
        run.state.blockers.filter(blocker => blocker.step === step),
        0,
      );
    for (let sliceMs = firstSliceMs; ; ) {
      const before = run.state.link?.state;
      try {
        if (anew) await this.acts.linkAnew(direction);
        anew = false;
        await this.round(direction, step, outage.within(sliceMs, Date.now()), outage);
      } catch (error) {
        if (isCancellation(error) || scope.consideredCancelled) throw error;
        await this.askOperator(step, blockersOf(step, error));
        anew = true;
      }
      // Quick after a change, slow when nothing happens.
      sliceMs = before === run.state.link?.state ? Math.min(longestSliceMs, sliceMs * 1.5) : firstSliceMs;
    }
  }

  private async round(direction: Direction, step: StepName, sliceMs: number, outage: Outage): Promise<void> {
    const { run } = this;
    const report = await this.slice({ ...run.scope, direction, previous: run.state.link, sliceMs });
    if (report === null) return this.rest();
    const finding = this.take(report, step, outage);
    await this.lockRestarted(report, direction);
    if (finding && direction === 'forward') throw finding;
  }

  /** A restarted server has another `run_id`, which is locked too. */
  private async lockRestarted({ primary, standby }: LinkReport, direction: Direction): Promise<void> {
    const [source, target] = direction === 'forward' ? [primary, standby] : [standby, primary];
    if (source) await this.run.lock('source', source.runId);
    if (target) await this.run.lock('target', target.runId);
  }

  /** Null: interrupted by `pause`. Either way its activity has ended. */
  private async slice(request: WatchRequest): Promise<LinkReport | null> {
    const scope = new CancellationScope({ cancellable: true });
    const { run } = this;
    const { pauses } = run;
    const paused = () => run.state.paused || run.pauses > pauses;
    const report = scope.run(() => this.acts.watch(request));
    const interrupted = scope.run(() => condition(paused));
    await Promise.race([report, interrupted]).catch(() => undefined);
    // By then it may have been resumed: the slice is over all the same.
    const wasPaused = paused();
    scope.cancel();
    await interrupted.catch(() => undefined);
    if (!wasPaused) return report;
    await report.catch(() => undefined);
    return null;
  }

  /** `pause` until `resume`: the target keeps its data and its position. */
  private async rest(): Promise<void> {
    const { run } = this;
    await this.acts.hold();
    await condition(() => !run.state.paused);
    await this.acts.linkAnew('forward');
  }

  /** Resolves to what a person must decide. A server that is gone is waited for, and shown when that takes long. */
  private take(report: LinkReport, step: StepName, outage: Outage): Blocked | null {
    const { run } = this;
    const { concern, unheld: known = [] } = run.state.link ?? {};
    const before = concern?.message;
    run.state.link = report;
    for (const what of report.unheld ?? []) if (!known.includes(what)) run.note(`The target can't hold: ${what}.`);
    if (report.state === 'in-sync') run.state.primaryOffset = 0;
    if (step === 'keep-source') this.judgeWayBack(report);
    if (report.progress.stream) this.tellTrouble(report.progress.stream.trouble ?? '');
    run.show();
    if (report.acted) run.note(report.acted);
    if (this.blocking) run.unblock(step);
    const { began, lasting } = outage.see(report, Date.now());
    if (began) run.note(`${began} The migration goes on by itself when it is back.`);
    // One that was demoted, and then lost, is no loss to be accepted: another server takes its writes.
    const blocker = report.concern ?? lasting;
    this.blocking = blocker !== null || report.finding !== null;
    if (blocker) run.block(step, [{ step, ...blocker }]);
    if (report.concern && report.concern.message !== before) run.note(report.concern.message);
    if (!report.finding) return null;
    const { type, message } = report.finding;
    const finding = blockedBy(step, type, message, type === 'SourceLost' ? sourceCameBack : undefined);
    run.block(step, finding.blockers);
    return finding;
  }

  /** Method live: why what runs, or waits, doesn't come nearer. */
  private tellTrouble(trouble: string): void {
    for (const step of ['full-sync', 'verify', 'prepare-cutover'] as const) {
      const entry = this.run.entry(step);
      if (entry.state === 'running') entry.detail = trouble;
    }
  }

  /** Held, the old source follows again only by a partial resync: it is never emptied. */
  private judgeWayBack({ state, wayBack }: LinkReport): void {
    if (wayBack) this.run.state.wayBack = { possible: true, why: 'The old source follows the target.' };
    else if (state === 'held') {
      const why = 'The old source is held: the target no longer has all that it misses.';
      this.run.state.wayBack = { possible: false, why };
    }
  }

  /** Only the operator says that the servers are in order again; what was known of them counts no more. */
  private async askOperator(step: StepName, blockers: Blocker[], retries = this.run.retries): Promise<void> {
    const { run } = this;
    run.block(step, blockers);
    await condition(() => run.retries > retries);
    run.unblock(step);
    run.state.link = null;
  }
}
