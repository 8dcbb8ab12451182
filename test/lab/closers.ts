/** What has to be closed, in reverse order, whatever fails meanwhile. */
export class Closers {
  readonly #closers: Array<() => unknown> = [];

  /** Takes what is started, and remembers how to close it. */
  async keep<T>(started: Promise<T>, close: (thing: T) => unknown): Promise<T> {
    const thing = await started;
    this.#closers.push(() => close(thing));
    return thing;
  }

  /** Closes all, then throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse())
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }
}

/** Waits for all of them, and only then fails: nothing is left half-started behind a failure. */
export async function allSettled<T extends readonly unknown[]>(
  promises: {
    [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  const results = await Promise.allSettled(promises as readonly Promise<unknown>[]);
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
  return Promise.all(promises as readonly Promise<unknown>[]) as unknown as Promise<T>;
}
