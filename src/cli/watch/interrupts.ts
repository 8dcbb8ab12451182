import type { CliContext } from '../context.js';

/** Counts the Ctrl-Cs of a command that has something to end in good order. */
export class Interrupts {
  count = 0;
  private readonly waiting = new Set<() => void>();
  private readonly stopListening: () => void;

  constructor(context: Pick<CliContext, 'onInterrupt'>) {
    this.stopListening = context.onInterrupt(() => {
      this.count += 1;
      this.wake();
    });
  }

  /** Resolves at the next one, or after so many ms. */
  within(ms: number): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  close(): void {
    this.stopListening();
    this.wake();
  }

  private wake(): void {
    for (const done of this.waiting) done();
  }
}
