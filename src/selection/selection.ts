import type { MigrationPlan } from '../contract/plan.js';
import type { ByteBuilder } from '../resp/bytes.js';
import { KeyFilter } from './key-filter.js';
import { PrefixRename } from './prefix.js';

const unfiltered = { match: [], exclude: [], types: [], databases: [] };

/**
 * Which keys of the source a migration is about, and what they are called on the target. Names are bytes; the
 * product's own keys are never selected. Of the target's databases each holds the keys of one source database at most:
 * `judge` of the contract refuses the rest.
 */
export class Selection {
  /** All keys of all databases, under their own names. */
  readonly everything: boolean;
  /** As TYPE answers them; null: all. */
  readonly types: ReadonlySet<string> | null;
  readonly #filter: KeyFilter;
  readonly #databases: ReadonlySet<number> | null;
  readonly #targets: ReadonlyMap<number, number>;
  readonly #prefix: PrefixRename | null;

  private constructor({ filter, rename }: Pick<MigrationPlan, 'filter' | 'rename'>) {
    const { match, exclude, types, databases } = filter ?? unfiltered;
    this.#filter = new KeyFilter({ match, exclude });
    this.types = types.length > 0 ? new Set(types) : null;
    this.#databases = databases.length > 0 ? new Set(databases) : null;
    this.#targets = new Map(Object.entries(rename?.databases ?? {}).map(([from, to]) => [Number(from), to]));
    const prefix = rename?.prefix ?? null;
    this.#prefix = prefix && prefix.from !== prefix.to ? new PrefixRename(prefix) : null;
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

  /** Writes the target's name of a key on the wire, `$<length>\r\n<bytes>\r\n`. */
  appendTargetKey(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void {
    if (this.#prefix) this.#prefix.appendTo(into, wire, from, to);
    else into.append(wire, from, to);
  }

  targetKey(key: Buffer): Buffer {
    return this.#prefix?.renames(key, 0, key.length) ? this.#prefix.apply(key) : key;
  }

  /** The selected source keys that are called so on the target: none, one, or two where a new name meets an old one. */
  sourceKeys(key: Buffer): Buffer[] {
    const prefix = this.#prefix;
    const kept = prefix?.renames(key, 0, key.length) ? [] : [key];
    const renamed = prefix?.mayGive(key) ? [prefix.revert(key)] : [];
    return [...renamed, ...kept].filter(name => this.accepts(name, 0, name.length));
  }

  /** Whether `rivalOf` is worth asking: almost never. Makes no objects. */
  mayCollide(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#prefix?.mayCollide(bytes, from, to) ?? false;
  }

  /**
   * The selected source key that is renamed to the very name that this one keeps: where the source has both, one of them
   * would overwrite the other. @param key a selected key of the source
   */
  rivalOf(key: Buffer): Buffer | null {
    if (!this.#prefix || !this.mayCollide(key, 0, key.length)) return null;
    const rival = this.#prefix.revert(key);
    return this.accepts(rival, 0, rival.length) ? rival : null;
  }
}
