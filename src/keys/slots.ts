import { ByteBuilder } from '../resp/bytes.js';

/** What a batch usually needs, and keeps from one batch to the next. */
const keptBytes = 2 << 20;

/** Buffers for one batch on its way, used again for the next. */
export interface Slot {
  request: ByteBuilder;
  source: ByteBuilder;
  target: ByteBuilder;
}

/** As many slots as there ever were batches on their way. */
export class Slots {
  readonly #free: Slot[] = [];

  async use<Result>(work: (slot: Slot) => Promise<Result>): Promise<Result> {
    const slot = this.#free.pop() ?? newSlot();
    const result = await work(slot);
    // Not after a failure: the connection may still hold on to it.
    this.#free.push(slot);
    return result;
  }
}

const newSlot = (): Slot => ({
  request: new ByteBuilder(keptBytes),
  source: new ByteBuilder(keptBytes),
  target: new ByteBuilder(keptBytes),
});
