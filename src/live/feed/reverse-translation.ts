import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, encodeCommand } from '../../resp/encode.js';
import type { Selection } from '../../selection/selection.js';
import type { Checkpoint } from '../checkpoint.js';
import { AheadKeys } from '../stream/ahead-keys.js';
import { StreamReader } from '../stream/stream-reader.js';
import type { TargetServer } from '../stream/target-server.js';
import type { SourceKey, Translation } from '../stream/translation.js';
import { Translator } from '../stream/translator.js';
import { integerAt } from '../stream/words.js';
import type { StreamCommand } from '../stream-command.js';
import type { Mark } from './mark.js';
import { WayBackLost } from './way-back-lost.js';

export interface ReverseOptions {
  /** Of the target's keys, those that come from the source, and where they were there. */
  selection: Selection;
  /** What the source understands. */
  source: TargetServer;
  /** The target's offset at its promotion: what came before is on the source already. */
  promotedAt: number;
}

const multi = encodeCommand(['MULTI']);
const exec = encodeCommand(['EXEC']);
/** A key whose value is yet to be read is ahead of everything. */
const everAhead = Number.MAX_SAFE_INTEGER;

/** Turns the target's stream into that of the source, transactions whole. */
export class ReverseTranslation {
  /** What the source must run. Whoever takes it clears it. */
  readonly out = new ByteBuilder();
  /** What the stream can't say to the source: to be read from the target, then `fetched`. */
  readonly wanted: SourceKey[] = [];
  readonly #reader: StreamReader;
  readonly #translator: Translator;
  readonly #command = new ByteBuilder();
  #keysAhead = new AheadKeys();
  #transaction: 'none' | 'open' | 'begun' = 'none';
  #replicationId: string;
  #offset: number;
  #db: number;

  constructor(
    from: Mark,
    private readonly options: ReverseOptions,
  ) {
    this.#replicationId = from.replicationId;
    this.#offset = from.offset;
    this.#db = from.db;
    this.#reader = new StreamReader(from);
    this.#translator = new Translator(options.selection, options.source);
    this.#ahead = AheadKeys.of(from.fetched);
  }

  /** Up to where the target's stream was taken in whole. */
  get mark(): Mark {
    const ahead = this.#ahead;
    return { replicationId: this.#replicationId, offset: this.#offset, db: this.#db, fetched: ahead.list() };
  }

  get offset(): number {
    return this.#offset;
  }

  /** What is in `out` can't be the end. */
  get inTransaction(): boolean {
    return this.#transaction !== 'none';
  }

  /** Takes all of the chunk. @throws WayBackLost; StreamError */
  take(chunk: Buffer, arrivedAt: number): void {
    this.#reader.push(chunk, arrivedAt);
    for (let command = this.#reader.next(); command; command = this.#reader.next()) {
      if (command.endOffset > this.options.promotedAt) this.#translate(command);
      if (!this.inTransaction) this.#passed(command);
    }
    const ahead = this.#ahead;
    if (!ahead.any(this.#offset) && ahead.any(0)) this.#ahead = new AheadKeys();
  }

  /** Commands up to this offset come late: the relative expiries in them (before 7.0) mean nothing, and are read. */
  late(offset: number): void {
    this.#translator.lateUntil = offset;
  }

  /** The target goes on under another id. */
  rename(replicationId: string): void {
    this.#replicationId = replicationId;
  }

  get #ahead(): AheadKeys {
    return this.#keysAhead;
  }

  set #ahead(keys: AheadKeys) {
    this.#keysAhead = keys;
    this.#translator.ahead = keys;
  }

  /** Goes on in this database of the source. */
  select(db: number): void {
    if (this.#translator.selected === db) return;
    this.#translator.selected = db;
    this.write(['SELECT', db]);
  }

  /** Says to the source, behind all of it, up to where the target's stream is in what it has. @returns that offset */
  note(key: string): number {
    const { replicationId, offset, db } = this.mark;
    const place = { replicationId, offset, db, checked: offset, checkedDb: db };
    const none = { snapshot: null, expiryShiftMs: 0, fetched: [] };
    const checkpoint: Checkpoint = { format: 1, ...place, arrivedAt: Date.now(), ...none };
    this.select(0);
    this.write(['SET', key, JSON.stringify(checkpoint)]);
    return offset;
  }

  write(command: readonly Arg[]): void {
    this.out.append(encodeCommand(command));
  }

  /** The values of the first wanted keys, as they were at this offset of the target, are written. */
  fetched(count: number, offset: number): void {
    const wanted = new Set(this.wanted.splice(0, count).map(nameOf));
    const keys = this.#ahead.list();
    const settled = keys.map(key => (wanted.has(`${key.db}/${key.key}`) ? { ...key, until: offset } : key));
    this.#ahead = AheadKeys.of(settled.filter(({ until }) => until > this.#offset));
  }

  #passed(command: StreamCommand): void {
    this.#offset = command.endOffset;
    this.#db = command.name === 'SELECT' ? (integerAt(command, 1) ?? command.db) : command.db;
  }

  #translate(command: StreamCommand): void {
    const translation = this.#translator.translate(command, this.#command.clear());
    const { kind } = translation;
    if (kind === 'commands') this.#write();
    else if (kind === 'multi') this.#transaction = 'open';
    else if (kind === 'exec') this.#execute();
    else if (kind === 'fetch') this.#want(translation.keys);
    else if (kind === 'sweep' && this.options.selection.everything) this.#flush(command);
    else if (kind !== 'nothing') throw new WayBackLost(whyOf(translation, command));
  }

  #write(): void {
    if (this.#transaction === 'open') {
      this.out.append(multi);
      this.#transaction = 'begun';
    }
    this.out.append(this.#command.view());
  }

  #execute(): void {
    if (this.#transaction === 'begun') this.out.append(exec);
    this.#transaction = 'none';
  }

  #want(keys: readonly SourceKey[]): void {
    for (const key of keys) {
      this.wanted.push(key);
      this.#ahead.add(key, everAhead);
    }
  }

  /** Values that were read later than this are gone from the source then: they are read once more. */
  #flush(command: StreamCommand): void {
    const ahead = this.#ahead;
    this.#ahead = new AheadKeys();
    const translation = this.#translator.translate(command, this.#command.clear());
    this.#ahead = ahead;
    if (translation.kind === 'commands') this.#write();
    this.#want(ahead.list().map(({ db, key }) => ({ db, key: Buffer.from(key, 'base64') })));
  }
}

const nameOf = ({ db, key }: SourceKey): string => `${db}/${key.toString('base64')}`;

function whyOf(translation: Translation, { name }: StreamCommand): string {
  if (translation.kind === 'sweep') return `the target ran ${name}, and only some of its keys belong to the migration`;
  if (translation.kind === 'resync') return `the target's ${name} can't be carried back: ${translation.why}`;
  return `the target ran ${name}, of which it isn't known what it writes`;
}
