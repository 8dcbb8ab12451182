import type { ByteBuilder } from '../../resp/bytes.js';
import type { Selection } from '../../selection/selection.js';
import type { StreamCommand } from '../stream-command.js';
import type { Ahead } from './ahead-keys.js';
import { KeyJudge } from './key-judge.js';
import { keyless } from './keyless.js';
import type { Row } from './row.js';
import { rows } from './table/index.js';
import type { TargetServer } from './target-server.js';
import { TargetWriter } from './target-writer.js';
import { commands, nothing, type SourceKey, type Translation, tooBig } from './translation.js';

export interface TranslatorOptions {
  /** Ms that expiries are later on the target than on the source. @default 0 */
  expiryShiftMs?: number;
  /** Keys of the product in the target's database 0, which a SWAPDB must not take elsewhere. @default none */
  ownKeys?: readonly string[];
  /** Further commands that write keys, as those of modules, by their names in capitals. @default none */
  others?: ReadonlyMap<string, Row>;
}

/**
 * Says what the target must run for each command of the source's stream. It goes by the keys that a command names: those
 * that the target doesn't have as the stream knows them (not selected, or ahead of it) must neither be written nor be
 * counted on, so a command that mixes them with others is cut down, or what it writes is fetched.
 */
export class Translator {
  readonly #judge: KeyJudge;
  readonly #writer: TargetWriter;
  readonly #others: ReadonlyMap<string, Row>;
  readonly #ownKeys: readonly string[];

  constructor(
    private readonly selection: Selection,
    target: TargetServer,
    { expiryShiftMs = 0, ownKeys = [], others = new Map() }: TranslatorOptions = {},
  ) {
    this.#judge = new KeyJudge(selection);
    this.#writer = new TargetWriter(target, selection);
    this.#writer.shiftMs = expiryShiftMs;
    this.#others = others;
    this.#ownKeys = ownKeys;
  }

  /** The target's database that is selected where the next translation is appended; below 0: not known. */
  get selected(): number {
    return this.#writer.selected;
  }

  set selected(db: number) {
    this.#writer.selected = db;
  }

  /** Keys whose commands are skipped up to an offset each. */
  get ahead(): Ahead {
    return this.#judge.ahead;
  }

  set ahead(keys: Ahead) {
    this.#judge.ahead = keys;
  }

  /** Commands up to this offset came so late that the relative expiries in them mean nothing: their keys are fetched. */
  set lateUntil(offset: number) {
    this.#writer.lateUntil = offset;
  }

  /**
   * Appends what the target must run, if anything. What is not `commands` appends nothing.
   * @throws StreamError a command that no server would have carried out
   */
  translate(command: StreamCommand, into: ByteBuilder): Translation {
    const writer = this.#writer.open(into, command, Math.max(0, this.#judge.targetDatabase(command.db)));
    const row = rows.get(command.name) ?? this.#others.get(command.name);
    if (row) return this.#translate(row, command);
    const how = keyless.get(command.name);
    if (!how) return { kind: 'unknown', name: command.name };
    return how(command, { selection: this.selection, judge: this.#judge, writer, ownKeys: this.#ownKeys });
  }

  /** The selected keys that a command writes; null: it can't be told. */
  keysOf(command: StreamCommand): SourceKey[] | null {
    const row = rows.get(command.name) ?? this.#others.get(command.name);
    if (!row) return keyless.has(command.name) ? [] : null;
    this.#judge.judge(command, row);
    return this.#judge.places.known ? this.#judge.written(command) : null;
  }

  #translate(row: Row, command: StreamCommand): Translation {
    const judge = this.#judge;
    judge.judge(command, row);
    if (!judge.places.known) return command.whole ? { kind: 'unknown', name: command.name } : tooBig(command.name);
    if (!judge.any && judge.places.count > 0) return nothing;
    if (!command.whole) return judge.places.count > 0 ? this.#fetch(command) : tooBig(command.name);
    const { types } = this.selection;
    if (types && row.types && !types.has(row.types[0] as string)) return this.#unselectedType(row);
    if (types && !(row.types?.every(type => types.has(type)) ?? row.harmless)) return this.#fetch(command);
    if (!judge.all) return row.cut > 0 ? this.#cut(row, command) : this.#fetch(command);
    return this.#run(row, command);
  }

  #run(row: Row, command: StreamCommand): Translation {
    const writer = this.#writer;
    writer.wholly = this.selection.everything && !this.ahead.any(command.endOffset);
    const rewritten = row.rewrite ? row.rewrite(command, writer) : 'same';
    if (rewritten === 'nothing') return writer.note === undefined ? nothing : { kind: 'nothing', note: writer.note };
    if (rewritten === 'fetch') return this.#fetch(command);
    if (rewritten === 'same') {
      if (!writer.knows(command.name)) return this.#fetch(command);
      if (this.selection.renames) writer.renamed(this.#judge.places);
      else writer.asItCame();
    }
    return commands(writer.count, writer.note);
  }

  #fetch(command: StreamCommand): Translation {
    const keys = this.#judge.written(command);
    return keys.length > 0 ? { kind: 'fetch', keys } : nothing;
  }

  /** The keys that are here, each with the words that belong to it. */
  #cut(row: Row, command: StreamCommand): Translation {
    const writer = this.#writer;
    const { places, here } = this.#judge;
    const kept = places.words.slice(0, places.count).filter((_, place) => here[place]);
    // Of those that can be cut, a target may lack UNLINK only.
    const name = row.cutAs ?? (writer.knows(command.name) ? command.name : 'DEL');
    writer.begin(1 + kept.length * row.cut).add(name);
    for (const word of kept) writer.key(word).words(word + 1, word + row.cut);
    return commands(writer.count);
  }

  /** What is overwritten with a type that is not selected may have been there with one that is. */
  #unselectedType(row: Row): Translation {
    if (!row.overwrites) return nothing;
    const writer = this.#writer;
    const { places, here } = this.#judge;
    const gone = places.words.slice(0, places.count).filter((_, place) => here[place] && places.written[place]);
    writer.begin(1 + gone.length).add('DEL');
    for (const word of gone) writer.key(word);
    return commands(writer.count);
  }
}
