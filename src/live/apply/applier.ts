import { MigrationError } from '../../contract/errors.js';
import { isForeign } from '../../copy/restore-errors.js';
import type { Writer } from '../../copy/writers.js';
import { refused, withoutArguments } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import { isOwnKey } from '../../selection/own-keys.js';
import type { Selection } from '../../selection/selection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { checkpointKey, fetchedKey } from '../checkpoint.js';
import { StreamReader, Translator, type TranslatorOptions } from '../stream/index.js';
import { wordAt } from '../stream/words.js';
import type { StreamCommand } from '../stream-command.js';
import type { Place } from './batch.js';
import { BigValues } from './big-values.js';
import { Course, forgetfulSince } from './course.js';
import { Fetcher } from './fetcher.js';
import { FutureKeys } from './future-keys.js';
import { Sender } from './sender.js';
import { SourceValues } from './source-values.js';
import { openTarget, type Target } from './target.js';
import { ValueWriter } from './value-writer.js';

export interface ApplierOptions extends Pick<TranslatorOptions, 'others'> {
  target: Endpoint;
  /** Where keys are fetched from, when one must be. */
  source: Endpoint;
  workflowId: string;
  writer: Writer;
  selection: Selection;
  /** Everything up to this place is applied and checked: called for each batch, so do little. */
  onCommit?(place: Place): void;
}

export interface StreamChunk {
  /** Not to be changed until `feed` has taken them. */
  bytes: Buffer;
  /** The offset of the last of them. */
  endOffset: number;
  /** Unix ms. */
  arrivedAt: number;
}

/** How long nothing is on its way until the target is told that all was checked. */
const quietMs = 1;
const mostNotes = 100;

/**
 * Applies a replication stream to a target exactly once, from its checkpoint on: docs/live.md says why. Once it has failed
 * it does nothing more: open another one, which reads the checkpoint anew.
 */
export class Applier {
  /** Where the stream is to be fed from: the offset of the last byte before, and the database selected there. */
  readonly from: { offset: number; db: number };
  /** What an operator may miss on the target. */
  readonly notes = new Set<string>();
  /** Of the stream, that were taken. */
  commands = 0;
  /** Rejects when it fails, also between two calls: with a MigrationError, StreamError or ResyncNeeded. */
  readonly failed: Promise<never>;
  readonly #reader: StreamReader;
  readonly #sender: Sender;
  readonly #source: SourceValues;
  readonly #values: ValueWriter;
  readonly #future: FutureKeys;
  readonly #course: Course;
  readonly #translator: Translator;
  #fail!: (error: unknown) => void;
  #busy: Promise<void> | undefined;
  #quiet: NodeJS.Timeout | undefined;

  private constructor(
    private readonly target: Target,
    { workflowId, selection, source, others, onCommit = () => {} }: ApplierOptions,
  ) {
    const { checkpoint, server } = target;
    this.from = { offset: checkpoint.checked, db: checkpoint.checkedDb };
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {}); // Whoever waits for it gets the error.
    this.#reader = new StreamReader(this.from);
    this.#future = new FutureKeys(checkpoint.fetched);
    const { expiryShiftMs } = checkpoint;
    this.#translator = new Translator(selection, server, {
      expiryShiftMs,
      ownKeys: [checkpointKey(workflowId), fetchedKey(workflowId)],
      ...(others && { others }),
    });
    this.#translator.ahead = this.#future;
    this.#source = new SourceValues(source);
    this.#values = new ValueWriter(target, expiryShiftMs);
    this.#sender = new Sender(target, { workflowId, selection }, this.#future, {
      onCommit,
      onAnswer: () => this.#goOn(),
      onFailed: (command, error) => this.#onFailed(command, error),
    });
    const common = { target, selection, sender: this.#sender, future: this.#future };
    const bigValues = new BigValues(target, this.#sender, this.#source, selection);
    const fetcher = new Fetcher({ ...common, source: this.#source, values: this.#values, bigValues });
    const parts = { ...common, translator: this.#translator, fetcher };
    this.#course = new Course({ ...parts, note: what => this.#note(what) });
  }

  /** @throws MigrationError as `openTarget` */
  static async open(options: ApplierOptions): Promise<Applier> {
    return new Applier(await openTarget(options.target, options.workflowId, options.writer), options);
  }

  /** Up to this offset everything is applied and checked. */
  get offset(): number {
    return this.#sender.checked.offset;
  }

  get replicationId(): string {
    return this.#sender.replicationId;
  }

  /** The stream goes on under another id: a replica of the source has taken over. */
  set replicationId(replicationId: string) {
    this.#sender.replicationId = replicationId;
  }

  /** Keys that are not yet of the offset that the rest is of. */
  get ahead(): number {
    return this.#future.size;
  }

  /** Relative expiries in commands up to this offset came so late that their keys are fetched instead. */
  set lateUntil(offset: number) {
    this.#translator.lateUntil = offset;
  }

  /** The version of the source, as that of a target; unknown, it may be an old one. */
  set sourceLevel(level: number) {
    this.#course.oldSource = level < forgetfulSince;
  }

  /**
   * Takes the bytes that follow. Undefined: more may come at once; a promise: when it is resolved.
   * @throws, or rejects with, MigrationError, StreamError, ResyncNeeded
   */
  feed(chunk: StreamChunk): Promise<void> | undefined {
    if (this.#busy) return this.#busy.then(() => this.feed(chunk));
    if (this.#sender.failure) throw this.#sender.failure;
    try {
      this.#reader.push(chunk.bytes, chunk.arrivedAt);
      const wait = this.#pump();
      return wait && this.#keepBusy(wait);
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  /** Resolves when all that was fed is applied and checked, and the checkpoint says so. @throws as `feed` */
  async settled(): Promise<void> {
    const sender = this.#sender;
    while (this.#busy) await this.#busy;
    await this.#keepBusy(this.#course.seal());
    await sender.until(() => sender.settled && this.#future.due === 0 && !this.#busy);
    this.#course.noteChecked();
    await sender.until(() => sender.settled);
  }

  close(): void {
    this.#failWith(new MigrationError('Unreachable', 'The stream is not applied any more: this side has closed it.'));
  }

  /** @returns a promise when a command must wait for something */
  #pump(): Promise<void> | undefined {
    for (let command = this.#reader.next(); command; command = this.#reader.next()) {
      this.commands++;
      const wait = this.#course.take(command);
      if (wait) return wait.then(() => this.#pump());
    }
    return this.#course.flush();
  }

  async #keepBusy(work: Promise<void>): Promise<void> {
    this.#busy = work;
    try {
      await work;
    } catch (error) {
      throw this.#failWith(error);
    } finally {
      this.#busy = undefined;
    }
    this.#goOn();
  }

  /** Something was answered: there may be room, suspects to be fetched, or nothing left to do. */
  #goOn(): void {
    if (this.#sender.failure) this.#failWith(this.#sender.failure);
    else if (!this.#busy) {
      const wait = this.#course.flush();
      if (wait)
        this.#keepBusy(wait).catch(() => {}); // `failed` tells.
      else if (this.#sender.settled && !this.#sender.noted) this.#quiet ??= setTimeout(() => this.#onQuiet(), quietMs);
    }
  }

  #onQuiet(): void {
    this.#quiet = undefined;
    if (!this.#sender.failure && !this.#busy && this.#sender.settled) this.#course.noteChecked();
  }

  /** @throws what can't be mended by fetching the command's keys */
  #onFailed(command: StreamCommand, error: RespError): void {
    const { bytes, from, to, name } = command;
    if (command.words > 1 && isOwnKey(bytes, from[1] as number, to[1] as number))
      throw refused(this.target.connection.endpoint, `${name} of the checkpoint`, error);
    if (name === 'RESTORE' && isForeign(error)) this.#values.refused(wordAt(command, 3), error);
    else this.#note(`${name} failed on the target, and its keys were fetched: ${withoutArguments(error).message}`);
  }

  #note(what: string): void {
    if (this.notes.size < mostNotes) this.notes.add(what);
  }

  #failWith(error: unknown): unknown {
    const shown = error instanceof RespError ? refused(this.target.connection.endpoint, 'a command', error) : error;
    clearTimeout(this.#quiet);
    this.#source.close();
    this.#sender.fail(shown);
    this.#fail(shown);
    return shown;
  }
}
