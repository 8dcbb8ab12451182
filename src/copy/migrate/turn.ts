/** Lets work begin only when what came before it has ended. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {}); // Whoever took the turn gets the error.
    return mine;
  }
}
