import { type Part, part, type RdbCursor } from './cursor.js';
import type { Layout, Rows } from './layout.js';

const unknown = -1;
/** What a module's value may be made of, by the number before each part. */
const moduleParts: readonly (Part | undefined)[] = [
  undefined,
  part.length,
  part.length,
  part.bytes4,
  part.bytes8,
  part.string,
];

/** Goes over a value row by row, however its bytes are cut: it stops before the row that isn't all there yet. */
export class Walker {
  /** The row that was stepped over, and where it begins; it ends where the cursor is. */
  row: Rows | undefined;
  from = 0;
  #depth = 0;
  readonly #layouts: Layout[] = [];
  readonly #turns: number[] = [];
  readonly #left: number[] = [];

  begin(layout: Layout): void {
    this.#depth = -1;
    this.#enter(layout);
  }

  /** Steps over all rows that are there. @returns whether the value is at its end */
  run(cursor: RdbCursor): boolean {
    for (;;) {
      const step = this.step(cursor);
      if (step !== 'row') return step === 'end';
    }
  }

  step(cursor: RdbCursor): 'row' | 'more' | 'end' {
    for (;;) {
      const rows = this.#layouts[this.#depth]?.[this.#turns[this.#depth] as number];
      if (!rows) {
        if (this.#depth === 0) return 'end';
        this.#depth--;
        continue;
      }
      if (!this.#knowHowMany(rows, cursor)) return 'more';
      if (this.#left[this.#depth] !== 0) return this.#stepOver(rows, cursor);
      this.#left[this.#depth] = unknown;
      (this.#turns[this.#depth] as number)++;
    }
  }

  #enter(layout: Layout): void {
    this.#depth++;
    this.#layouts[this.#depth] = layout;
    this.#turns[this.#depth] = 0;
    this.#left[this.#depth] = unknown;
  }

  #knowHowMany({ times }: Rows, cursor: RdbCursor): boolean {
    if (this.#left[this.#depth] !== unknown) return true;
    if (times === 'counted') {
      const before = cursor.at;
      if (!cursor.length()) {
        cursor.at = before;
        return false;
      }
    }
    this.#left[this.#depth] = times === 'counted' ? cursor.value : 1;
    return true;
  }

  #stepOver(rows: Rows, cursor: RdbCursor): 'row' | 'more' {
    this.from = cursor.at;
    if (!(rows.times === 'annotated' ? this.#annotated(cursor) : all(rows.parts, cursor))) {
      cursor.at = this.from;
      return 'more';
    }
    this.row = rows;
    if (rows.times !== 'annotated') (this.#left[this.#depth] as number)--;
    if (rows.within) this.#enter(rows.within);
    return 'row';
  }

  /** One part with the number that says what it is; 0 is the end. */
  #annotated(cursor: RdbCursor): boolean {
    if (!cursor.length()) return false;
    if (cursor.value === 0) {
      this.#left[this.#depth] = 0;
      return true;
    }
    const what = moduleParts[cursor.value];
    return what === undefined
      ? cursor.refuse(`an unknown part ${cursor.value} in a module's value`)
      : cursor.skip(what);
  }
}

function all(parts: readonly Part[], cursor: RdbCursor): boolean {
  for (let at = 0; at < parts.length; at++) if (!cursor.skip(parts[at] as Part)) return false;
  return true;
}
