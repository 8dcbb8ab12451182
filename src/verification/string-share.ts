/** A batch now and then is asked for as strings again, to see whether it is worth it now. */
const tryEvery = 16;

/** Whether most keys are strings, as far as the batches before tell: then MGET is cheaper than a DUMP each. */
export class StringShare {
  #mostly = true;
  #turn = 0;

  /** @param possible false where MGET of any keys isn't: on a cluster, or without the right to it */
  constructor(public possible = true) {}

  /** For the next batch. */
  get prevail(): boolean {
    return this.possible && (this.#mostly || this.#turn++ % tryEvery === tryEvery - 1);
  }

  learn(strings: number, keys: number): void {
    this.#mostly = strings * 2 > keys;
  }
}
