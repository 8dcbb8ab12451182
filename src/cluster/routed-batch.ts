import { keySlot } from '../keys/hash-slot.js';
import { ByteBuilder } from '../resp/bytes.js';

const newline = 10;

/**
 * Commands side by side in one Buffer, each with the slot of its keys and with one reply to come. Write a command to
 * `wire`, then say with `add` or `addFor` which slot it is for.
 */
export class RoutedBatch {
  readonly wire: ByteBuilder;
  #slots = new Uint16Array(1024);
  #ends = new Float64Array(1024);
  #count = 0;

  /** @param keep bytes that `clear` holds on to */
  constructor(keep?: number) {
    this.wire = new ByteBuilder(keep);
  }

  get count(): number {
    return this.#count;
  }

  clear(): this {
    this.wire.clear();
    this.#count = 0;
    return this;
  }

  /** What was written since the last one is a command for this slot. */
  add(slot: number): void {
    this.addUpTo(this.wire.length, slot);
  }

  /** What stands on the wire up to `end`, after the last one, is a command for this slot. */
  addUpTo(end: number, slot: number): void {
    if (this.#count === this.#slots.length) this.#grow();
    this.#slots[this.#count] = slot;
    this.#ends[this.#count++] = end;
  }

  /** The same, for the key that stands in `bytes` as it is on the wire, `$<length>\r\n<bytes>\r\n`. */
  addFor(bytes: Uint8Array, from: number, to: number): void {
    this.add(keySlot(bytes, bytes.indexOf(newline, from) + 1, to - 2));
  }

  slot(index: number): number {
    return this.#slots[index] as number;
  }

  /** Appends one command. */
  appendTo(into: ByteBuilder, index: number): void {
    into.append(this.wire.view(), index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }

  #grow(): void {
    const [slots, ends] = [this.#slots, this.#ends];
    this.#slots = new Uint16Array(slots.length * 2);
    this.#slots.set(slots);
    this.#ends = new Float64Array(ends.length * 2);
    this.#ends.set(ends);
  }
}
