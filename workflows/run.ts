import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { MigrationInput } from '../src/contract/input.js';
import { readInput } from '../src/contract/read-input.js';
import type { Blocker, ChecklistEntry, Phase } from '../src/contract/status.js';
import type { StepName, StepState } from '../src/contract/steps.js';
import type { SettingChange } from '../src/replication/settings.js';
import { blockersOf } from './blocked.js';
import { toDetails } from './details.js';
import { lockServer } from './lock.js';
import { newState, type State } from './state.js';
import { toStatus } from './status.js';

export interface StepEnd {
  state?: StepState;
  detail: string;
}

const mostEvents = 300;
const mostNotes = 60;
const doneStates: readonly StepState[] = ['passed', 'warning', 'skipped', 'undone'];

/** One execution of a migration: its state, its steps, and its ways of waiting. */
export class Run {
  /** Counts the operator's retries: who waits for one looks whether it grew. */
  retries = 0;
  /** Counts the pauses: one may be over before whoever waits for it has looked. */
  pauses = 0;
  /** Counts the changes of the rate. */
  rates = 0;
  private readonly locked = new Set<string>();
  /** What `abort`, `rollback` and cancellation interrupt. */
  private interruptible: CancellationScope | null = null;
  /** Ends what runs beside the checklist, before the history begins anew. */
  beforeContinuing: () => Promise<void> = async () => undefined;

  private constructor(readonly state: State) {}

  /** @throws ApplicationFailure InvalidInput with every problem, which fails the workflow at once */
  static begin(raw: unknown, carried: State | undefined): Run {
    if (carried !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined) return new Run(carried);
    // Executions that began before there was a choice.
    const read = patched('methods') ? readInput(raw) : readInput(raw, ['replication']);
    if (read.plan === null) throw invalidInput(read.problems);
    return new Run(newState(raw as MigrationInput, read.plan));
  }

  /** The first field of every activity's argument. */
  get scope() {
    return { name: workflowInfo().workflowId, plan: this.state.plan };
  }

  get promoted(): boolean {
    return this.state.cutover !== null;
  }

  /** Holds a server for this migration; what it holds already is left alone. */
  async lock(side: 'source' | 'target', runId: string): Promise<void> {
    if (this.locked.has(runId) || runId === '') return;
    await lockServer(side, runId);
    this.locked.add(runId);
    const seen = this.state.runIds[side];
    if (!seen.includes(runId)) seen.push(runId);
  }

  /** A continued run takes its locks anew: those of the run before ended with it. */
  async lockAgain(): Promise<void> {
    for (const side of ['source', 'target'] as const) {
      const runId = this.state.runIds[side].at(-1) ?? '';
      try {
        await this.lock(side, runId);
      } catch (error) {
        // Nobody can have got it in that moment but by an accident; the servers are in this migration's hands.
        for (const { message } of blockersOf('connectivity', error)) this.note(`Not locked again: ${message}`);
      }
    }
  }

  entry(step: StepName): ChecklistEntry {
    return this.state.checklist.find(entry => entry.step === step) as ChecklistEntry;
  }

  set phase(phase: Phase) {
    this.state.phase = phase;
  }

  /** Runs a step once; when it fails for good, asks the operator, as often as it takes. */
  async step(name: StepName, body: () => Promise<StepEnd>): Promise<void> {
    const entry = this.entry(name);
    if (doneStates.includes(entry.state)) return;
    // A continued run: an answer may have come before this line.
    if (entry.state === 'failed' && (await this.answer(name, 0)) === 'complete') return;
    for (;;) {
      begin(entry);
      this.show();
      try {
        end(entry, await body());
        return this.show();
      } catch (error) {
        if (isCancellation(error) || error instanceof ContinueAsNew) throw error;
        if ((await this.ask(name, blockersOf(name, error))) === 'complete') return;
      }
    }
  }

  /** Shows what blocks a step, and waits for `retry`; after the promotion also for `complete`. */
  async ask(name: StepName, blockers: Blocker[]): Promise<'retry' | 'complete'> {
    const entry = this.entry(name);
    entry.state = 'failed';
    entry.detail = blockers
      .map(({ message }) => message)
      .join(' ')
      .slice(0, 1000);
    this.block(name, blockers);
    return this.answer(name);
  }

  block(step: StepName, blockers: Blocker[]): void {
    this.unblock(step);
    this.state.blockers.push(...blockers);
    this.show();
  }

  unblock(step: StepName): void {
    this.state.blockers = this.state.blockers.filter(blocker => blocker.step !== step);
  }

  private async answer(name: StepName, retries = this.retries): Promise<'retry' | 'complete'> {
    await this.until(() => this.retries > retries || this.state.wants === 'complete');
    this.unblock(name);
    if (this.retries > retries) return 'retry';
    end(this.entry(name), { state: 'warning', detail: `Left by complete: ${this.entry(name).detail}` });
    return 'complete';
  }

  /** The history has grown so long that a new one should begin. */
  get isFull(): boolean {
    return workflowInfo().historyLength > mostEvents || workflowInfo().continueAsNewSuggested;
  }

  /** A place to go on from, where nothing is waited for. */
  async goOn(): Promise<void> {
    if (this.isFull) await this.beginAnew();
  }

  /** Waits, and lets the history begin anew when it has grown: every wait is a place to go on from. */
  async until(met: () => boolean, deadline?: string | null): Promise<boolean> {
    for (;;) {
      const left = deadline ? Math.max(1, Date.parse(deadline) - Date.now()) : undefined;
      if (left === undefined) await condition(() => met() || this.isFull);
      else await condition(() => met() || this.isFull, left);
      if (met()) return true;
      if (this.isFull) await this.beginAnew();
      else if (deadline && Date.parse(deadline) <= Date.now()) return false;
    }
  }

  /** Runs what a message or a cancellation may interrupt; resolves to null when it did. */
  async interruptibly<T>(body: () => Promise<T>): Promise<T | null> {
    const scope = new CancellationScope({ cancellable: true });
    this.interruptible = scope;
    try {
      return await scope.run(body);
    } catch (error) {
      if (isCancellation(error)) return null;
      throw error;
    } finally {
      this.interruptible = null;
    }
  }

  interrupt(): void {
    this.interruptible?.cancel();
  }

  /** Redraws what Temporal's UI shows; adds nothing to the history. */
  show(): void {
    setCurrentDetails(toDetails(toStatus(this.state)));
  }

  note(text: string): void {
    const { notes } = this.state;
    notes.push(`${now()} ${text}`);
    if (notes.length > mostNotes) notes.splice(0, notes.length - mostNotes);
    this.show();
  }

  changed(changes: SettingChange[], note?: string): void {
    const about = note === undefined ? {} : { note };
    const added = changes.map(change => ({ ...change, at: now(), undone: false, undoneAt: null, ...about }));
    this.state.changes.push(...added);
  }

  undone(changes: SettingChange[]): void {
    for (const { side, what } of changes) {
      for (const change of this.state.changes) {
        if (change.side === side && change.what === what) Object.assign(change, { undone: true, undoneAt: now() });
      }
    }
  }

  private async beginAnew(): Promise<never> {
    await this.beforeContinuing();
    await condition(allHandlersFinished);
    return continueAsNew(this.state.input, this.state);
  }
}

export const now = (): string => new Date(Date.now()).toISOString();

const invalidInput = (problems: string[]): ApplicationFailure =>
  ApplicationFailure.nonRetryable(problems.join('\n'), 'InvalidInput', { problems });

function begin(entry: ChecklistEntry): void {
  if (entry.state !== 'running') entry.attempts++;
  entry.state = 'running';
  entry.startedAt ??= now();
  entry.endedAt = null;
}

function end(entry: ChecklistEntry, { state = 'passed', detail }: StepEnd): void {
  Object.assign(entry, { state, detail, endedAt: now() });
}
