import { type Client, WorkflowFailedError, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Control, MessageName } from '../../../src/contract/messages.js';
import type { ChecklistEntry, MigrationResult, MigrationStatus, Phase } from '../../../src/contract/status.js';
import type { StepName } from '../../../src/contract/steps.js';
import { waitFor } from '../../lab/index.js';

/** A migration as a plain client of Temporal sees it. */
export class Migration {
  constructor(
    readonly client: Client,
    readonly handle: WorkflowHandle,
    readonly firstRunId: string,
  ) {}

  get id(): string {
    return this.handle.workflowId;
  }

  /** Of whichever run is the newest, after a reset or a continuation. */
  get newest(): WorkflowHandle {
    return this.client.workflow.getHandle(this.id);
  }

  status(): Promise<MigrationStatus> {
    return this.newest.query<MigrationStatus>('status');
  }

  report(): Promise<string> {
    return this.newest.query<string>('report');
  }

  control(): Promise<Control> {
    return this.newest.query<Control>('control');
  }

  async step(name: StepName): Promise<ChecklistEntry> {
    return (await this.status()).checklist.find(({ step }) => step === name) as ChecklistEntry;
  }

  signal(name: MessageName, ...args: [] | [unknown]): Promise<void> {
    return this.newest.signal(name, ...args);
  }

  update(name: MessageName, ...args: [] | [unknown]): Promise<string> {
    if (args.length === 0) return this.newest.executeUpdate<string, []>(name);
    return this.newest.executeUpdate<string, [unknown]>(name, { args });
  }

  /** Why an update is not taken. */
  async refusal(name: MessageName, ...args: [] | [unknown]): Promise<string> {
    const failure = await this.update(name, ...args).then(
      answer => new Error(`${name} was taken: ${answer}`),
      (error: unknown) => error,
    );
    if (!(failure instanceof WorkflowUpdateFailedError)) throw failure;
    return failure.cause?.message ?? '';
  }

  /** Says where the migration stands when it takes too long. */
  async until(what: string, met: (status: MigrationStatus) => boolean, timeoutMs = 40_000): Promise<MigrationStatus> {
    let last: MigrationStatus | undefined;
    const look = async () => {
      last = await this.status();
      return met(last);
    };
    try {
      await waitFor(look, { what, timeoutMs, everyMs: 100 });
      return last as MigrationStatus;
    } catch (error) {
      throw new Error(`waited for ${what}, and it stands at ${last ? summary(last) : String(error)}`, { cause: error });
    }
  }

  untilPhase(...phases: Phase[]): Promise<MigrationStatus> {
    return this.until(`phase ${phases.join(' or ')}`, ({ phase }) => phases.includes(phase));
  }

  /** Blocked, and by what. */
  untilBlocked(type: string): Promise<MigrationStatus> {
    return this.until(`the blocker ${type}`, ({ blockers }) => blockers.some(blocker => blocker.type === type));
  }

  untilReady(): Promise<MigrationStatus> {
    return this.until('ready for the cutover', ({ canCutOver }) => canCutOver);
  }

  /** Consents, and waits until the rollback window is open. */
  async cutOver(): Promise<MigrationStatus> {
    await this.untilReady();
    await this.update('cutover');
    return this.untilPhase('keeping-source');
  }

  result(): Promise<MigrationResult> {
    return this.newest.result() as Promise<MigrationResult>;
  }

  /** Of a workflow that fails. */
  async failure(): Promise<ApplicationFailure> {
    const error = await this.result().catch((thrown: unknown) => thrown);
    if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
    throw new Error(`${this.id} didn't fail as expected: ${String(error)}`);
  }

  /** Fine when it has ended already. */
  async terminate(): Promise<void> {
    await this.newest.terminate('the test is over').catch(() => undefined);
  }
}

const summary = ({ phase, checklist, blockers, notes, progress }: MigrationStatus): string =>
  JSON.stringify(
    { phase, blockers, notes: notes.slice(-10), progress, steps: checklist.filter(({ state }) => state !== 'pending') },
    null,
    1,
  );
