import { showKey } from '../keys/key-name.js';
import type { Difference, DifferenceKind } from './difference.js';

/** A difference as it is kept in a checkpoint. */
export interface Suspect {
  db: number;
  /** Base64: a key is any bytes. */
  key: string;
  kind: DifferenceKind;
  evidence: string;
}

export const suspectOf = (db: number, { key, kind, evidence }: Difference): Suspect => ({
  db,
  key: key.toString('base64'),
  kind,
  evidence,
});

/** Bounds of the list, so that a checkpoint stays small: with what it is written down with, a key takes some 90 bytes. */
const mostSuspects = 2_000;
const mostBytes = 128 << 10;
const bytesBeside = 64;

/** The differences that are still in doubt. */
export class Suspects {
  readonly #byKey = new Map<string, Suspect>();
  #bytes = 0;
  #list: readonly Suspect[] | undefined;
  #closed = false;

  constructor(suspects: readonly Suspect[] = []) {
    for (const suspect of suspects) this.#set(suspect);
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** At or beyond its bounds, and still open: to be looked through, or closed, before a checkpoint is made of it. */
  get overfull(): boolean {
    return !this.#closed && this.#full;
  }

  /** @returns false when the list is closed and has no room */
  add(db: number, difference: Difference): boolean {
    const suspect = suspectOf(db, difference);
    if (this.#closed && this.#full && !this.#byKey.has(idOf(suspect))) return false;
    this.#set(suspect);
    return true;
  }

  /** From now on it keeps to its bounds. @returns what was beyond them, taken out */
  close(): Suspect[] {
    this.#closed = true;
    const excess: Suspect[] = [];
    for (const suspect of [...this.#byKey.values()].reverse()) {
      if (!this.#full) break;
      this.delete(suspect);
      excess.push(suspect);
    }
    return excess;
  }

  delete(suspect: Suspect): void {
    if (this.#byKey.delete(idOf(suspect))) this.#bytes -= suspect.key.length + bytesBeside;
    this.#list = undefined;
  }

  /** The same array until something changes. */
  list(): readonly Suspect[] {
    this.#list ??= [...this.#byKey.values()];
    return this.#list;
  }

  get #full(): boolean {
    return this.#byKey.size >= mostSuspects || this.#bytes >= mostBytes;
  }

  #set(suspect: Suspect): void {
    if (!this.#byKey.has(idOf(suspect))) this.#bytes += suspect.key.length + bytesBeside;
    this.#byKey.set(idOf(suspect), suspect);
    this.#list = undefined;
  }
}

export const keyOf = ({ key }: Pick<Suspect, 'key'>): Buffer => Buffer.from(key, 'base64');

export const idOf = ({ db, key }: Pick<Suspect, 'db' | 'key'>): string => `${db} ${key}`;

/** `db 0: "user:1" (missing)` */
export const showSuspect = ({ db, key, kind }: Suspect): string => `db ${db}: ${showKey(keyOf({ key }))} (${kind})`;
