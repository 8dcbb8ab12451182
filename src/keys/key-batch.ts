import { ByteBuilder } from '../resp/bytes.js';
import { appendBulk, type KeyCommand } from '../resp/encode.js';

/** Keys as they are on the wire, side by side in one Buffer: no object for each. */
export class KeyBatch {
  readonly wire = new ByteBuilder(1 << 20);
  #bounds: number[] = [];
  #count = 0;

  static of(keys: readonly Buffer[]): KeyBatch {
    const batch = new KeyBatch();
    for (const key of keys) {
      const from = batch.wire.length;
      appendBulk(batch.wire, key);
      batch.add(from, batch.wire.length);
    }
    return batch;
  }

  get count(): number {
    return this.#count;
  }

  clear(): this {
    this.wire.clear();
    this.#count = 0;
    return this;
  }

  /** Takes what stands on the wire from `from` to `to`, `$<length>\r\n<bytes>\r\n`, as the next key. */
  add(from: number, to: number): void {
    this.#bounds[this.#count * 2] = from;
    this.#bounds[this.#count * 2 + 1] = to;
    this.#count++;
  }

  /** Where the key begins on the wire. */
  from(index: number): number {
    return this.#bounds[index * 2] as number;
  }

  /** Where the key ends on the wire. */
  to(index: number): number {
    return this.#bounds[index * 2 + 1] as number;
  }

  /** Writes commands for each key in turn. */
  appendTo(into: ByteBuilder, ...commands: KeyCommand[]): void {
    const wire = this.wire.view();
    for (let at = 0; at < this.#count * 2; at += 2)
      for (const command of commands)
        command.appendTo(into, wire, this.#bounds[at] as number, this.#bounds[at + 1] as number);
  }

  /** Writes the keys only, or those from one to another: the arguments of a command of many keys. */
  appendKeysTo(into: ByteBuilder, from = 0, to = this.#count): void {
    const wire = this.wire.view();
    for (let at = from * 2; at < to * 2; at += 2) into.append(wire, this.#bounds[at], this.#bounds[at + 1]);
  }

  /** A copy of one key's bytes. */
  key(index: number): Buffer {
    const onWire = this.wire.view().subarray(this.#bounds[index * 2], this.#bounds[index * 2 + 1]);
    return Buffer.from(onWire.subarray(onWire.indexOf('\n') + 1, -2));
  }

  /** The same keys under other names. @param append writes a key's other name on the wire; false: it is left out */
  renamed(append: (into: ByteBuilder, wire: Uint8Array, from: number, to: number) => boolean): KeyBatch {
    const renamed = new KeyBatch();
    const wire = this.wire.view();
    for (let index = 0; index < this.#count; index++) {
      const from = renamed.wire.length;
      if (append(renamed.wire, wire, this.from(index), this.to(index))) renamed.add(from, renamed.wire.length);
    }
    return renamed;
  }

  /** Copies of all the keys' bytes. */
  all(): Buffer[] {
    return Array.from({ length: this.#count }, (_, index) => this.key(index));
  }

  /** Some of the keys, copied. */
  select(indexes: readonly number[]): KeyBatch {
    const chosen = new KeyBatch();
    const wire = this.wire.view();
    for (const index of indexes) {
      const from = chosen.wire.length;
      chosen.wire.append(wire, this.#bounds[index * 2], this.#bounds[index * 2 + 1]);
      chosen.add(from, chosen.wire.length);
    }
    return chosen;
  }
}
