import type { Difference, DifferenceKind } from './difference.js';
import { showKey } from './key-name.js';

/** A difference as it is kept in a checkpoint. */
export interface Suspect {
  db: number;
  /** Base64: a key is any bytes. */
  key: string;
  kind: DifferenceKind;
  evidence: string;
}

/** Bounds of the list, so that a checkpoint stays small: with what it is written down with, a key takes some 90 bytes. */
const mostSuspects = 2_000;
const mostBytes = 128 << 10;
const bytesBeside = 64;

/** The differences that are still in doubt. */
export class Suspects {
  /** Looking through the full list made no room: what doesn't fit counts as it is. */
  hopeless = false;
  readonly #byKey = new Map<string, Suspect>();
  #bytes = 0;
  #list: readonly Suspect[] | undefined;

  constructor(suspects: readonly Suspect[] = []) {
    for (const suspect of suspects) this.#set(suspect);
  }

  get size(): number {
    return this.#byKey.size;
  }

  get full(): boolean {
    return this.#byKey.size >= mostSuspects || this.#bytes >= mostBytes;
  }

  /** @returns false when there is no room */
  add(db: number, { key, kind, evidence }: Difference): boolean {
    const suspect = { db, key: key.toString('base64'), kind, evidence };
    const room = this.#bytes + suspect.key.length + bytesBeside <= mostBytes && this.#byKey.size < mostSuspects;
    if (!room && !this.#byKey.has(idOf(suspect))) return false;
    this.#set(suspect);
    return true;
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

  #set(suspect: Suspect): void {
    if (!this.#byKey.has(idOf(suspect))) this.#bytes += suspect.key.length + bytesBeside;
    this.#byKey.set(idOf(suspect), suspect);
    this.#list = undefined;
  }
}

export const idOf = ({ db, key }: Pick<Suspect, 'db' | 'key'>): string => `${db} ${key}`;

/** `db 0: "user:1" (missing)` */
export const showSuspect = ({ db, key, kind }: Suspect): string =>
  `db ${db}: ${showKey(Buffer.from(key, 'base64'))} (${kind})`;
