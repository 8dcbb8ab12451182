import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { lineView } from '../../src/cli/watch/line-view.js';
import { liveView } from '../../src/cli/watch/live-view.js';
import { defaultWorkflowId } from '../../src/cli/workflow-id.js';
import type { MigrationInput } from '../../src/contract/input.js';
import { defaultTaskQueue, workflowTaskTimeout, workflowType } from '../../src/contract/messages.js';
import type { MigrationStatus } from '../../src/contract/status.js';
import type { Lab } from '../../test/lab/index.js';

/** The migration of the demo, as a client of Temporal sees it. */
export class DemoMigration {
  private readonly view = process.stdout.isTTY
    ? liveView(process.stdout, { color: !process.env.NO_COLOR })
    : lineView(context);

  private constructor(readonly handle: WorkflowHandle) {}

  static async start({ source, target, client }: Lab, keep: boolean): Promise<DemoMigration> {
    const input: MigrationInput = {
      source: { url: source.url },
      target: { url: target.url },
      observe: { duration: '5s', maxLatency: '1s' },
      keepSourceFor: keep ? '1h' : '2s',
    };
    const workflowId = defaultWorkflowId(input);
    const options = { workflowId, taskQueue: defaultTaskQueue, workflowTaskTimeout, args: [input] };
    return new DemoMigration(await client.workflow.start(workflowType, options));
  }

  get id(): string {
    return this.handle.workflowId;
  }

  status(): Promise<MigrationStatus> {
    return this.handle.query<MigrationStatus>('status');
  }

  report(): Promise<string> {
    return this.handle.query<string>('report');
  }

  /** Shows the checklist live until it is where it should be. */
  async follow(there: (status: MigrationStatus) => boolean, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const status = await this.status();
        this.view.show({ status, snapshot: null, warning: null, silentSince: null });
        if (there(status)) return;
        if (status.phase === 'waiting-for-operator') throw new Error(JSON.stringify(status.blockers, null, 2));
        await sleep(250);
      }
    } finally {
      this.view.close();
    }
  }
}

/** What the CLI's own views need of a process. */
const context = { ...process, onInterrupt: () => () => {} };
