/** A set of numbers that the garbage collector doesn't have to walk through: there are millions. 0 is not for it. */
export class KeySet {
  size = 0;
  #slots = new Float64Array(1 << 16);

  /** True when it is new. */
  add(key: number): boolean {
    if (this.size * 2 > this.#slots.length) this.#grow();
    if (!place(this.#slots, key)) return false;
    this.size++;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    for (const key of old) if (key !== 0) place(this.#slots, key);
  }
}

function place(slots: Float64Array, key: number): boolean {
  const mask = slots.length - 1;
  for (let at = key & mask; ; at = (at + 1) & mask) {
    if (slots[at] === key) return false;
    if (slots[at] === 0) {
      slots[at] = key;
      return true;
    }
  }
}
