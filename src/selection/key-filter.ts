import { Glob } from './glob.js';
import { isOwnKey } from './own-keys.js';

/** Which keys are selected by their names: those that match any of `match` (all, without one) and none of `exclude`. */
export class KeyFilter {
  readonly #match: readonly Glob[];
  readonly #exclude: readonly Glob[];

  constructor({ match, exclude }: { match: readonly string[]; exclude: readonly string[] }) {
    this.#match = match.map(pattern => new Glob(pattern));
    this.#exclude = exclude.map(pattern => new Glob(pattern));
  }

  /** Never the product's own keys. */
  accepts(bytes: Uint8Array, from: number, to: number): boolean {
    if (isOwnKey(bytes, from, to)) return false;
    return (this.#match.length === 0 || anyOf(this.#match, bytes, from, to)) && !anyOf(this.#exclude, bytes, from, to);
  }
}

function anyOf(globs: readonly Glob[], bytes: Uint8Array, from: number, to: number): boolean {
  for (const glob of globs) if (glob.matches(bytes, from, to)) return true;
  return false;
}
