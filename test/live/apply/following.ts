import { setTimeout as sleep } from 'node:timers/promises';
import {
  Applier,
  type ApplierOptions,
  beginSnapshot,
  endSnapshot,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from '../../../src/live/apply/index.js';
import { RespConnection } from '../../../src/resp/connection.js';
import { Selection } from '../../../src/selection/selection.js';
import { anybody, endpoint } from '../../copy/support.js';
import { type RedisServer, waitFor } from '../../lab/index.js';
import type { RecordedStream } from './recorded-stream.js';

export const workflowId = 'test';
type Place = { host: string; port: number };

export interface FollowOptions extends Partial<Pick<ApplierOptions, 'selection' | 'onCommit'>> {
  source: Place;
  target: Place;
  /** Bytes that are fed at once. @default () => 64 KiB */
  chunk?: () => number;
}

/** On a connection of its own to the target. */
export async function onTarget<Result>(
  target: Place,
  use: (connection: RespConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await RespConnection.open(endpoint('target', target));
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

/** The checkpoint of an empty source: the stream goes on from its beginning. */
export const begin = (stream: RecordedStream, target: Place, expiryShiftMs = 0): Promise<void> =>
  onTarget(target, connection => {
    const position = { replicationId: stream.replicationId, offset: stream.start, db: 0, arrivedAt: Date.now() };
    return writeCheckpoint(connection, workflowId, endSnapshot(beginSnapshot(position, 'test', expiryShiftMs)));
  });

export const checkpointOf = (target: Place) => onTarget(target, connection => readCheckpoint(connection, workflowId));

/** Applies a stream as long as it is told to, with a new applier whenever one has failed. */
export class Following {
  applier: Applier | undefined;
  /** What ended each applier. */
  readonly failures: unknown[] = [];
  readonly #ended: Promise<void>;
  #stopped = false;

  constructor(
    private readonly stream: RecordedStream,
    private readonly options: FollowOptions,
  ) {
    this.#ended = this.#run();
  }

  /** Resolves when the target has all of the source. */
  async caughtUp(source: RedisServer): Promise<void> {
    const { master_repl_offset: offset } = await source.info('replication');
    await waitFor(() => this.#isSettled(Number(offset)), {
      what: `offset ${offset}; failures: ${this.failures.join('; ')}`,
      timeoutMs: 30_000,
      everyMs: 2,
    });
  }

  /** False, too, when the applier fails meanwhile: then there is another one. */
  async #isSettled(offset: number): Promise<boolean> {
    const { applier } = this;
    if (!applier || applier.offset < offset) return false;
    return applier.settled().then(
      () => true,
      () => false,
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.applier?.close();
    await this.#ended;
  }

  /** Stops, and takes the checkpoint away. */
  async finish(target: Place): Promise<void> {
    await this.stop();
    await onTarget(target, connection => removeCheckpoint(connection, workflowId));
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#apply();
      } catch (error) {
        if (this.#stopped) return;
        this.failures.push(error);
        await sleep(5);
      }
    }
  }

  async #apply(): Promise<void> {
    const { source, target, selection = Selection.everything, onCommit, chunk = () => 64 << 10 } = this.options;
    const applier = await Applier.open({
      source: endpoint('source', source),
      target: endpoint('target', target),
      workflowId,
      writer: anybody,
      selection,
      ...(onCommit && { onCommit }),
    });
    this.applier = applier;
    for (let at = applier.from.offset; !this.#stopped; ) {
      const bytes = await Promise.race([this.stream.read(at, chunk()), applier.failed]);
      at += bytes.length;
      await applier.feed({ bytes, endOffset: at, arrivedAt: Date.now() });
    }
  }
}
