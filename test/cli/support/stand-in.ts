import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { builtFile } from '../../lab/built.js';
import { startTemporal, startWorker, type TemporalServer, type WorkerProcess, waitFor } from '../../lab/index.js';
import { Terminal, type TerminalOptions } from './terminal.js';

export const standInWorker = (): string => builtFile('test/cli/support/stand-in-worker.js');

/** What `start(...)` makes. */
export const migrationId = 'redis-migration-a-1-to-b-2';
export const servers = ['--source', 'redis://A:1', '--target', 'redis://b:2'];

/** A real Temporal, and a worker that runs the stand-in workflow; every test finds it without any migration. */
export const useStandIn = (): StandIn => {
  const standIn = new StandIn();
  beforeAll(() => standIn.open());
  afterEach(() => standIn.endAll());
  afterAll(() => standIn.close());
  return standIn;
};

export class StandIn {
  temporal!: TemporalServer;
  worker!: WorkerProcess;
  client!: Client;
  private connection!: Connection;

  async open(): Promise<void> {
    this.temporal = await startTemporal();
    await this.startWorker();
    this.connection = await Connection.connect({ address: this.temporal.address });
    this.client = new Client({ connection: this.connection });
  }

  async startWorker(): Promise<void> {
    this.worker = await startWorker({ address: this.temporal.address, entry: standInWorker() });
  }

  async close(): Promise<void> {
    await this.worker?.kill();
    await this.connection?.close();
    await this.temporal?.discard();
  }

  terminal(options: TerminalOptions = {}): Terminal {
    return new Terminal({ ...options, env: { TEMPORAL_ADDRESS: this.temporal.address, ...options.env } });
  }

  /** One command, and everything that can be seen of it. */
  async run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const terminal = this.terminal();
    const code = await terminal.run(...argv);
    return { code, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  start(...argv: string[]): ReturnType<StandIn['run']> {
    return this.run('start', ...servers, ...argv);
  }

  async startOther(): Promise<void> {
    await this.client.workflow.start('somethingElse', { workflowId: 'else', taskQueue: 'redis-migration' });
  }

  terminate(workflowId = migrationId): Promise<unknown> {
    return this.client.workflow.getHandle(workflowId).terminate();
  }

  /** The argument that the workflow was started with. */
  async inputOf(workflowId: string): Promise<unknown> {
    const { events } = await this.client.workflow.getHandle(workflowId).fetchHistory();
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    return payload && defaultPayloadConverter.fromPayload(payload);
  }

  /** The signals in its history, obeyed or not. */
  async signalsOf(workflowId: string): Promise<unknown[]> {
    const { events } = await this.client.workflow.getHandle(workflowId).fetchHistory();
    const signals = (events ?? []).map(event => event.workflowExecutionSignaledEventAttributes?.signalName);
    return signals.filter(name => name !== undefined);
  }

  async untilClosed(workflowId = migrationId): Promise<void> {
    await this.client.workflow.getHandle(workflowId).result();
  }

  /** Temporal's lists follow a moment behind. */
  async untilListed(count: number): Promise<void> {
    const what = `${count} running workflows to be listed`;
    await waitFor(() => this.running(), { what, until: found => found === count });
  }

  async endAll(): Promise<void> {
    const ids = [migrationId, 'other', 'mine', 'else'];
    await Promise.all(ids.map(id => this.terminate(id).catch(() => {})));
    await this.untilListed(0);
  }

  private async running(): Promise<number> {
    return (await this.client.workflow.count("ExecutionStatus = 'Running'")).count;
  }
}
