import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { MigrationInput } from '../../../src/contract/input.js';
import {
  defaultTaskQueue,
  type MessageName,
  undoWorkflowType,
  workflowTaskTimeout,
  workflowType,
} from '../../../src/contract/messages.js';
import type { UndoInput, UndoResult } from '../../../src/contract/undo.js';
import { allSettled } from '../../lab/closers.js';
import { type RedisOptions, type RedisServer, startRedis, startWriters, type Writers } from '../../lab/index.js';
import { Migration } from './migration.js';

export interface TrialOptions {
  source?: RedisOptions;
  target?: RedisOptions;
}

export interface StartOptions {
  workflowId?: string;
  taskQueue?: string;
}

/** Two servers of one test, and the migrations between them. */
export class Trial {
  readonly #migrations: Migration[] = [];
  readonly #writers: Writers[] = [];

  private constructor(
    readonly client: Client,
    readonly source: RedisServer,
    readonly target: RedisServer,
  ) {}

  static async begin(client: Client, { source, target }: TrialOptions): Promise<Trial> {
    const servers = await allSettled<[RedisServer, RedisServer]>([startRedis(source), startRedis(target)]);
    return new Trial(client, ...servers);
  }

  /** Quick where the time would be spent waiting; whatever else a test wants is laid over it. */
  input(changes: Partial<MigrationInput> = {}): MigrationInput {
    return {
      source: { url: this.source.url },
      target: { url: this.target.url },
      // A busy machine is no regression.
      observe: { duration: '1s', maxLatency: '10s' },
      keepSourceFor: '1h',
      ...changes,
    };
  }

  async start(changes: Partial<MigrationInput> = {}, options: StartOptions = {}): Promise<Migration> {
    return this.startWith(this.input(changes), options);
  }

  /** Takes anything for an input. */
  async startWith(input: unknown, options: StartOptions = {}): Promise<Migration> {
    const { workflowId = `e2e-${randomUUID()}`, taskQueue = defaultTaskQueue } = options;
    const handle = await this.client.workflow.start(workflowType, {
      workflowId,
      taskQueue,
      workflowTaskTimeout,
      args: [input],
    });
    return this.#keep(handle, handle.firstExecutionRunId);
  }

  /** The signal is there before the first line runs. */
  async startWithSignal(signal: MessageName, argument: unknown): Promise<Migration> {
    const options = { workflowId: `e2e-${randomUUID()}`, taskQueue: defaultTaskQueue, args: [this.input()] };
    const withSignal = { ...options, signal, signalArgs: [argument] };
    const handle = await this.client.workflow.signalWithStart(workflowType, withSignal);
    return this.#keep(handle, handle.signaledRunId);
  }

  async undo(
    options: Omit<UndoInput, 'source' | 'target'> = {},
    workflowId = `e2e-undo-${randomUUID()}`,
  ): Promise<UndoResult> {
    const { source, target } = this.input();
    return this.client.workflow.execute(undoWorkflowType, {
      workflowId,
      taskQueue: defaultTaskQueue,
      workflowTaskTimeout,
      args: [{ source, target, ...options }],
    });
  }

  async write(options: { count?: number; ratePerWriter?: number; target?: RedisServer } = {}): Promise<Writers> {
    const { source, target } = this;
    const writers = await startWriters({ source, target, count: 2, ratePerWriter: 100, ...options });
    this.#writers.push(writers);
    return writers;
  }

  #keep(handle: WorkflowHandle, firstRunId: string): Migration {
    const migration = new Migration(this.client, handle, firstRunId);
    this.#migrations.push(migration);
    return migration;
  }

  /** The migrations first: their activities must not meet servers that are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#migrations.map(migration => migration.terminate()));
    await Promise.all(this.#writers.map(writers => writers.kill()));
    await Promise.all([this.source.discard(), this.target.discard()]);
  }
}
