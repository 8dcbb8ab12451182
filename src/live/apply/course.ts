import { MigrationError } from '../../contract/errors.js';
import { refused } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import type { Selection } from '../../selection/selection.js';
import type { SourceKey, Translator } from '../stream/index.js';
import { integerAt } from '../stream/words.js';
import type { StreamCommand } from '../stream-command.js';
import type { Batch, Place } from './batch.js';
import type { Fetcher } from './fetcher.js';
import type { FutureKeys } from './future-keys.js';
import { ResyncNeeded } from './resync-needed.js';
import type { Sender } from './sender.js';
import { sweepDatabases } from './sweep.js';
import type { Target } from './target.js';

const fullBytes = 128 << 10;
const fullCommands = 2000;
/** So many keys in doubt are gathered before they are fetched. */
const mostDue = 512;
/** They name no keys, so that nothing could be fetched in their place: nothing else may be on its way with them. */
const loners = new Set(['FLUSHALL', 'FLUSHDB', 'SWAPDB', 'FUNCTION', 'SCRIPT']);

/** From this level on what was deleted of a stream isn't pending any more once it is claimed. */
export const forgetfulSince = 700;

interface Parts {
  target: Target;
  selection: Selection;
  translator: Translator;
  sender: Sender;
  future: FutureKeys;
  fetcher: Fetcher;
  /** Hears what an operator may miss on the target. */
  note(what: string): void;
}

/** Takes the commands of the stream in their order: into batches, to be fetched, or to be waited for. */
export class Course {
  /** Up to there the stream was taken; within a transaction of the source, its beginning. */
  #place: Place;
  #inTransaction = false;
  /** Commands that the batch had when that began. */
  #before = 0;
  #doubt: { range: Batch; end: number } | undefined;
  /** It may keep entries pending that were deleted, which servers since 7.0 don't. */
  oldSource = true;
  readonly #tried = new Set([-1, 0]);
  readonly #untried = new Set<number>();

  constructor(private readonly parts: Parts) {
    const { sender, target } = parts;
    const { checked: offset, checkedDb: db, offset: end } = target.checkpoint;
    this.#place = sender.sent;
    if (offset < end) this.#doubt = { range: sender.inDoubt({ ...sender.sent, offset, db }), end };
  }

  /** @returns a promise when the next command must wait. @throws MigrationError; ResyncNeeded */
  take(command: StreamCommand): Promise<void> | undefined {
    if (this.#doubt) return this.#takeInDoubt(command, this.#doubt);
    const { translator, sender, note } = this.parts;
    const translation = translator.translate(command, sender.batch.request);
    if (translation.kind === 'commands') this.#written(command, translation.count);
    else if (translation.kind === 'fetch') this.#request(translation.keys);
    else if (translation.kind === 'multi') this.#begin();
    else if (translation.kind === 'exec') this.#inTransaction = false;
    else if (translation.kind === 'sweep') return this.#sweep(command, translation.db);
    else if (translation.kind === 'resync') throw new ResyncNeeded(translation.why);
    else if (translation.kind === 'unknown') throw unknown(translation.name);
    else if (translation.note !== undefined) note(translation.note);
    this.#passed(command);
    return this.#full || sender.batch.alone ? this.flush() : undefined;
  }

  /** Sends what can be sent now. @returns a promise when that must wait for something else */
  flush(): Promise<void> | undefined {
    const { sender, future } = this.parts;
    const { batch } = sender;
    if (this.#inTransaction || !this.#any) return undefined;
    if (future.due > 0 || batch.alone || this.#untried.size > 0) return this.seal();
    // Where only the offset has moved, the next batch will tell.
    if (batch.commands === 0 && !sender.idle) return undefined;
    if (!sender.room) return this.#full ? this.seal() : undefined;
    this.#send();
    return undefined;
  }

  /** Sends all that is there, with the keys that are to be fetched. @throws MigrationError */
  async seal(): Promise<void> {
    const { sender, future, fetcher } = this.parts;
    while (this.#any && !this.#inTransaction) {
      await this.#tryDatabases();
      if (future.due > 0) await fetcher.fetch(this.#place.offset);
      const { alone } = sender.batch;
      await sender.until(() => (alone ? sender.idle : sender.room));
      this.#send();
      if (alone) await sender.until(() => sender.idle);
    }
  }

  /** Says on the target that everything is checked. */
  noteChecked(): void {
    if (!this.parts.sender.noted && !this.#any) this.#send();
  }

  /** There is something to send. */
  get #any(): boolean {
    const { sender, future } = this.parts;
    return sender.batch.commands > 0 || this.#place.offset !== sender.sent.offset || future.due > 0;
  }

  get #full(): boolean {
    const { commands, request } = this.parts.sender.batch;
    return commands >= fullCommands || request.length >= fullBytes;
  }

  #send(): void {
    this.parts.sender.send(this.#place);
    this.parts.translator.selected = -1;
  }

  #passed(command: StreamCommand): void {
    if (this.#inTransaction) return;
    const { endOffset: offset, arrivedAt } = command;
    const db = command.name === 'SELECT' ? (integerAt(command, 1) ?? command.db) : command.db;
    this.#place = { offset, db, arrivedAt };
  }

  #begin(): void {
    this.#inTransaction = true;
    this.#before = this.parts.sender.batch.commands;
  }

  #written(command: StreamCommand, count: number): void {
    const { sender, translator, target } = this.parts;
    const { batch } = sender;
    batch.commands += count;
    const { selected } = translator;
    if (!this.#tried.has(selected)) this.#untried.add(selected);
    if (loners.has(command.name)) batch.alone = true;
    if (command.name === 'XCLAIM') batch.claims = this.oldSource && target.server.level >= forgetfulSince;
  }

  #request(keys: readonly SourceKey[], owner: Batch = this.parts.sender.batch): void {
    for (const { db, key } of keys) this.parts.future.request(db, key, [owner]);
  }

  /** A command that a worker has applied without seeing the answer. */
  #takeInDoubt(command: StreamCommand, { range, end }: { range: Batch; end: number }): Promise<void> | undefined {
    const { translator, sender, future } = this.parts;
    const keys = translator.keysOf(command);
    if (keys === null) throw new ResyncNeeded(`whether a ${command.name} was done on the target is not known`);
    this.#request(keys, range);
    if (command.endOffset >= end) {
      this.#doubt = undefined;
      sender.known(range);
    }
    return future.due >= mostDue ? this.seal() : undefined;
  }

  async #sweep(command: StreamCommand, db: number | null): Promise<void> {
    const { sender, future, target, selection } = this.parts;
    if (this.#inTransaction && sender.batch.commands > this.#before)
      throw new ResyncNeeded(
        `${command.name} stands in a transaction behind other commands, and a part of the keys is selected`,
      );
    const inTransaction = this.#inTransaction;
    // All that is before it, to the end: the checkpoint stays there until the sweep is done.
    this.#inTransaction = false;
    do {
      await this.seal();
      // What fails meanwhile is to be fetched before, and nobody else does it.
      await sender.until(() => sender.settled || future.due > 0);
    } while (future.due > 0);
    await sweepDatabases(target.connection, target.server, { db, selection, ahead: future, offset: command.endOffset });
    this.#inTransaction = inTransaction;
    this.#before = 0;
    this.#passed(command);
  }

  /** A SELECT that fails within a transaction would let the rest of it run in another database. */
  async #tryDatabases(): Promise<void> {
    const { connection } = this.parts.target;
    for (const db of this.#untried) {
      const [reply] = await connection.pipeline([['SELECT', db]]);
      if (reply instanceof RespError) throw refused(connection.endpoint, `SELECT ${db}`, reply);
      this.#tried.add(db);
    }
    this.#untried.clear();
  }
}

const unknown = (name: string): MigrationError =>
  new MigrationError(
    'CommandRefused',
    `The source's stream has the command ${name}: whether it writes, and which keys, is not known.`,
    {
      remedy: "Keep applications from it, then send 'retry': a fresh snapshot is taken where it is needed.",
    },
  );
