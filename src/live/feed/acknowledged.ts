interface Pair {
  /** In the source's stream. */
  end: number;
  /** Of the target's stream, all up to here is before that. */
  target: number;
}

/** Beyond it neighbours are put together. */
const most = 4096;

/** Which of the target's stream the source has applied, from what it acknowledges of its own. */
export class Acknowledged {
  /** The source's offset. */
  source = 0;
  /** The target's. */
  target = 0;
  #ahead: Pair[] = [];

  /** All of the target's stream up to there is before this end of the source's. */
  marked(end: number, target: number): void {
    if (end <= this.source) this.target = Math.max(this.target, target);
    else if (this.#ahead.at(-1)?.end === end) this.#ahead.splice(-1, 1, { end, target });
    else this.#ahead.push({ end, target });
    if (this.#ahead.length > most) this.#ahead = this.#ahead.filter((_, index) => index % 2 === 1 || index === most);
  }

  take(offset: number): void {
    if (offset <= this.source) return;
    this.source = offset;
    let passed = 0;
    for (const { end, target } of this.#ahead) {
      if (end > offset) break;
      this.target = Math.max(this.target, target);
      passed++;
    }
    this.#ahead.splice(0, passed);
  }
}
