import type { CopySelection } from '../../copy/index.js';
import { moduleName } from '../module-name.js';
import type { RdbReader } from '../reader.js';

/** Which keys of a snapshot are selected. */
export class Chosen {
  readonly #databases = new Map<number, boolean>();

  constructor(private readonly selection: CopySelection) {}

  /** The key that the reader has found. */
  takes(reader: RdbReader): boolean {
    const { bytes, from, to } = reader.head.key;
    return this.#takesDatabase(reader.db) && this.selection.accepts(bytes, from, to) && this.#takesType(reader);
  }

  #takesDatabase(db: number): boolean {
    const known = this.#databases.get(db);
    if (known !== undefined) return known;
    const taken = this.selection.databases([db]).length > 0;
    this.#databases.set(db, taken);
    return taken;
  }

  #takesType(reader: RdbReader): boolean {
    const { types } = this.selection;
    if (types === null) return true;
    const { type } = reader.type;
    return types.has(type === 'module' ? moduleName(reader) : type);
  }
}
