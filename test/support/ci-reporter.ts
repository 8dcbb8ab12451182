import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with the one line that CI reads: `N passed, N failed`, and how many were skipped. */
export class CiReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    if (process.env.CI) process.stdout.write(`${summarize(modules, unhandledErrors.length)}\n`);
  }
}

function summarize(modules: readonly TestModule[], unhandled: number): string {
  const count = (state: 'passed' | 'failed' | 'skipped') =>
    sum(modules, each => [...each.children.allTests(state)].length);
  // Files that could not be loaded have no failing test, but failed all the same.
  const broken = sum(
    modules,
    each => each.errors().length + sum([...each.children.allSuites()], suite => suite.errors().length),
  );
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed') + broken + unhandled} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
