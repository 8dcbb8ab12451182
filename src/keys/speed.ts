/** Units a second over about the last so many ms. */
export class Speed {
  readonly #seen: { at: number; units: number }[] = [];
  #of: unknown;

  /** @param leastMs of less than so many nothing is told */
  constructor(
    private readonly windowMs: number,
    private readonly leastMs = 0,
  ) {}

  /**
   * @param units so far
   * @param of what is counted: of another thing it is measured anew, as where the count goes back
   * @returns null: not known yet
   */
  measure(units: number, of?: unknown): number | null {
    const now = { at: performance.now(), units };
    if (of !== this.#of || units < (this.#seen.at(-1)?.units ?? 0)) this.#seen.length = 0;
    this.#of = of;
    this.#seen.push(now);
    while ((this.#seen[1]?.at ?? now.at) < now.at - this.windowMs) this.#seen.shift();
    const [oldest = now] = this.#seen;
    const elapsedMs = now.at - oldest.at;
    return elapsedMs > 0 && elapsedMs >= this.leastMs ? ((units - oldest.units) / elapsedMs) * 1000 : null;
  }
}
