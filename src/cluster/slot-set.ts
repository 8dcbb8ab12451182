import { keySlot } from '../keys/hash-slot.js';
import { slotCount } from './topology.js';

/** Slots from one to another, both included. */
export type Range = [from: number, to: number];

/** Some of the slots. */
export class SlotSet {
  readonly #has = new Uint8Array(slotCount);

  static of(ranges: readonly Range[]): SlotSet {
    const set = new SlotSet();
    for (const [from, to] of ranges) set.#has.fill(1, from, to + 1);
    return set;
  }

  add(slot: number): void {
    this.#has[slot] = 1;
  }

  has(slot: number): boolean {
    return this.#has[slot] === 1;
  }

  /** Whether the key of this name, from `from` to `to` in the bytes, is in one of them. */
  holds(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#has[keySlot(bytes, from, to)] === 1;
  }

  get ranges(): Range[] {
    const ranges: Range[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
      const last = ranges.at(-1);
      if (!this.has(slot)) continue;
      if (last && last[1] === slot - 1) last[1] = slot;
      else ranges.push([slot, slot]);
    }
    return ranges;
  }
}
