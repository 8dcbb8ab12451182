import type { MigrationError } from '../../contract/errors.js';
import type { RawReplies } from '../../resp/expected.js';
import { refused } from '../../resp/failure.js';
import type { RespError } from '../../resp/reply.js';
import type { Selection } from '../../selection/selection.js';
import { type Checkpoint, checkpointKey, fetchedKey } from '../checkpoint.js';
import type { SourceKey } from '../stream/index.js';
import type { StreamCommand } from '../stream-command.js';
import { Batch, type Place } from './batch.js';
import { checkpointText, fieldOf } from './checkpoint-store.js';
import type { FutureKeys } from './future-keys.js';
import { isOfTheServer, judge } from './judge.js';
import { OnTheWay } from './on-the-way.js';
import { Suspects } from './suspects.js';
import type { Target } from './target.js';

/** Answers beyond this aren't kept: then an error among them is anybody's. */
const mostReplyBytes = 4 << 20;

export interface SenderHooks {
  /** Up to this place everything is applied and checked. */
  onCommit(place: Place): void;
  /** Something was answered, or failed. */
  onAnswer(): void;
  /** A command of a batch failed. @throws what can't be mended by fetching its keys */
  onFailed(command: StreamCommand, error: RespError): void;
}

/** Sends batches, each with the checkpoint that it ends at, and looks at the answers. */
export class Sender {
  /** The one that is being filled. */
  batch: Batch;
  /** Up to where batches were sent. */
  sent: Place;
  readonly #way = new OnTheWay(() => new Batch());
  readonly #selection: Selection;
  #checkpoint: Checkpoint;
  #failure: unknown;
  readonly #keys: { checkpoint: string; fetched: string };
  #waiting: (() => void)[] = [];

  constructor(
    private readonly target: Target,
    { workflowId, selection }: { workflowId: string; selection: Selection },
    private readonly future: FutureKeys,
    private readonly hooks: SenderHooks,
  ) {
    this.#selection = selection;
    this.#checkpoint = target.checkpoint;
    this.#keys = { checkpoint: checkpointKey(workflowId), fetched: fetchedKey(workflowId) };
    const { offset, db, arrivedAt } = target.checkpoint;
    this.sent = { offset, db, arrivedAt };
    this.batch = this.#way.take().begin(this.sent);
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** No answer is waited for. */
  get idle(): boolean {
    return this.#way.idle;
  }

  get room(): boolean {
    return this.#way.room;
  }

  /** All that was sent is applied and checked. */
  get settled(): boolean {
    return this.#way.settled;
  }

  get checked(): Place {
    return this.#way.checked(this.sent);
  }

  /** The checkpoint on the target, or on its way there, says that all was checked. */
  get noted(): boolean {
    return this.#checkpoint.checked === this.sent.offset;
  }

  get replicationId(): string {
    return this.#checkpoint.replicationId;
  }

  /** The same stream under another id: a replica of the source has taken over. */
  set replicationId(replicationId: string) {
    this.#checkpoint = { ...this.#checkpoint, replicationId };
  }

  /** What lies between these places was applied by a worker that has not seen the answers. @returns whom its keys are to be fetched for */
  inDoubt(from: Place): Batch {
    const range = new Batch().begin(from);
    this.#way.doubt(range);
    return range;
  }

  /** Lets go a range whose keys are all known. */
  known(range: Batch): void {
    range.answered = true;
    this.#settle();
  }

  /** Notes in the batch at which offset a key's value was read. */
  mark({ db, key }: SourceKey, until: number): void {
    this.batch.use(0);
    this.batch.add('HSET', this.#keys.fetched, fieldOf(db, key), until);
  }

  /** Ends the batch at a place of the stream, and sends it. */
  send(to: Place): void {
    const { batch } = this;
    batch.to = to;
    const passed = this.future.passed(to.offset);
    const checked = this.checked;
    this.#checkpoint = {
      ...this.#checkpoint,
      offset: to.offset,
      db: to.db,
      arrivedAt: to.arrivedAt,
      checked: checked.offset,
      checkedDb: checked.db,
    };
    batch.use(0);
    if (passed.length > 0) batch.add('HDEL', this.#keys.fetched, ...passed);
    batch.add('SET', this.#keys.checkpoint, checkpointText(this.#checkpoint));
    batch.end();
    this.#way.add(batch);
    this.sent = to;
    this.batch = this.#way.take().begin(to);
    const { request, replies, answers } = batch;
    this.target.connection.rawBytes(request.view(), answers, replies, mostReplyBytes).then(
      answered => this.#answered(batch, answered),
      error => this.fail(error),
    );
  }

  /** Resolves when it is so. @throws what made it fail */
  async until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (condition()) return;
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = error;
    this.target.connection.close();
    this.#wake();
  }

  #answered(batch: Batch, { errors, whole }: RawReplies): void {
    if (this.#failure) return;
    try {
      this.#way.answered(batch);
      if (errors > 0 || batch.claims) this.#suspect(batch, whole);
      this.#settleValues(batch);
      this.#settle();
      this.#wake();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @throws MigrationError; ResyncNeeded */
  #suspect(batch: Batch, whole: boolean): void {
    const suspects = this.#failedIn(batch, whole);
    if (!suspects.any) return;
    for (const later of [...this.#way.behind(batch), this.batch]) suspects.following(later);
    for (const { db, key } of suspects.onSource(this.#selection)) this.future.request(db, key, [batch]);
  }

  #failedIn(batch: Batch, whole: boolean): Suspects {
    if (!whole) return new Suspects().ofAll(batch);
    const verdict = judge(batch);
    const { aborted, failed, empty } = verdict;
    if (failed.size === 0 && empty.size === 0) return new Suspects();
    for (const error of failed.values())
      if (isOfTheServer(error) || (aborted && batch.alone)) throw this.#refused(error);
    return aborted ? new Suspects().ofAll(batch) : new Suspects().ofFailed(batch, verdict, this.hooks.onFailed);
  }

  #refused(error: RespError): MigrationError {
    return refused(this.target.connection.endpoint, 'a command of the stream', error);
  }

  /** Values that were written are no longer in doubt, unless they are suspects themselves. */
  #settleValues(batch: Batch): void {
    for (const value of batch.values) {
      if (this.future.isDue(value)) this.future.again(value);
      for (const owner of value.owners) owner.doubts--;
    }
    batch.values = [];
  }

  #settle(): void {
    const before = this.checked;
    this.#way.settle();
    const { checked } = this;
    if (checked !== before) this.hooks.onCommit(checked);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.hooks.onAnswer();
  }
}
