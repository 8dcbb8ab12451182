import type { MigrationPlan } from '../contract/plan.js';
import { ByteBuilder } from '../resp/bytes.js';
import { KeyFilter } from './key-filter.js';
import { endBytes, nameOnWire, PrefixRename } from './prefix.js';

const unfiltered = { match: [], exclude: [], types: [], databases: [] };

/**
 * Which keys of the source a migration is about, and what they are called on the target. Names are bytes; the
 * product's own keys are never selected. Of the target's databases each holds the keys of one source database at most:
 * `judge` of the contract refuses the rest.
 */
export class Selection {
  static readonly everything = new Selection({ filter: null, rename: null });
  /** All keys of all databases, under their own names. */
  readonly everything: boolean;
  /** As TYPE answers them; null: all. */
  readonly types: ReadonlySet<string> | null;
  readonly #filter: KeyFilter;
  readonly #databases: ReadonlySet<number> | null;
  readonly #targets: ReadonlyMap<number, number>;
  readonly #prefix: PrefixRename | null;
  readonly #back: PrefixRename | null;
  readonly #scratch = new ByteBuilder();

  private constructor({ filter, rename }: Pick<MigrationPlan, 'filter' | 'rename'>) {
    const { match, exclude, types, databases } = filter ?? unfiltered;
    this.#filter = new KeyFilter({ match, exclude });
    this.types = types.length > 0 ? new Set(types) : null;
    this.#databases = databases.length > 0 ? new Set(databases) : null;
    this.#targets = new Map(Object.entries(rename?.databases ?? {}).map(([from, to]) => [Number(from), to]));
    const prefix = rename?.prefix ?? null;
    const renames = prefix && prefix.from !== prefix.to;
    this.#prefix = renames ? new PrefixRename(prefix) : null;
    this.#back = renames ? new PrefixRename({ from: prefix.to, to: prefix.from }) : null;
    const named = match.length + exclude.length > 0;
    this.everything = !named && !this.types && !this.#databases && !this.#prefix && this.#targets.size === 0;
  }

  static of(plan: Pick<MigrationPlan, 'filter' | 'rename'>): Selection {
    return new Selection(plan);
  }

  /** Whether the key whose name stands from `from` to `to` is selected, as far as its name tells. Makes no objects. */
  accepts(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#filter.accepts(bytes, from, to);
  }

  /** The selected ones of the source's databases, in order. */
  databases(existing: Iterable<number>): number[] {
    const selected = [...new Set(existing)].filter(db => this.#databases?.has(db) ?? true);
    return selected.sort((one, other) => one - other);
  }

  targetDatabase(db: number): number {
    return this.#targets.get(db) ?? db;
  }

  /** Which selected source database goes to this one of the target; null: none. */
  sourceDatabase(targetDb: number): number | null {
    const candidates = this.databases([targetDb, ...this.#targets.keys()]);
    return candidates.find(db => this.targetDatabase(db) === targetDb) ?? null;
  }

  /** Whether a key may have another name on the target than on the source. */
  get renames(): boolean {
    return this.#prefix !== null;
  }

  /** Writes the target's name of a key on the wire, `$<length>\r\n<bytes>\r\n`. */
  appendTargetKey(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void {
    if (this.#prefix) this.#prefix.appendTo(into, wire, from, to);
    else into.append(wire, from, to);
  }

  targetKey(key: Buffer): Buffer {
    return this.#prefix?.concerns(key, 0, key.length) ? this.#prefix.apply(key) : key;
  }

  /**
   * Writes a name that a key of the target may have on the source, both on the wire: of two, the one that is the same.
   * @returns false: no selected key is called so there, and nothing was written
   */
  appendSourceKey(into: ByteBuilder, wire: Uint8Array, from: number, to: number): boolean {
    const name = nameOnWire(wire, from);
    if (!this.#prefix?.concerns(wire, name, to - endBytes) && this.accepts(wire, name, to - endBytes)) {
      into.append(wire, from, to);
      return true;
    }
    if (!this.#back?.concerns(wire, name, to - endBytes)) return false;
    this.#back.appendTo(this.#scratch.clear(), wire, from, to);
    const renamed = this.#scratch.view();
    if (!this.accepts(renamed, nameOnWire(renamed, 0), renamed.length - endBytes)) return false;
    into.append(renamed);
    return true;
  }

  /** The selected source keys that are called so on the target: none, one, or two where a new name meets an old one. */
  sourceKeys(key: Buffer): Buffer[] {
    const kept = this.#prefix?.concerns(key, 0, key.length) ? [] : [key];
    const renamed = this.#back?.concerns(key, 0, key.length) ? [this.#back.apply(key)] : [];
    return [...kept, ...renamed].filter(name => this.accepts(name, 0, name.length));
  }

  /** Whether `rivalOf` is worth asking for a key: almost never. Makes no objects. */
  mayCollide(bytes: Uint8Array, from: number, to: number): boolean {
    return !!this.#back?.concerns(bytes, from, to) && !this.#prefix?.concerns(bytes, from, to);
  }

  /**
   * The selected source key that is renamed to the very name that this one keeps: where the source has both, one of them
   * would overwrite the other. @param key a selected key of the source
   */
  rivalOf(key: Buffer): Buffer | null {
    if (!this.#back || !this.mayCollide(key, 0, key.length)) return null;
    const rival = this.#back.apply(key);
    return this.accepts(rival, 0, rival.length) ? rival : null;
  }
}
