import type { CliContext } from '../../../src/cli/context.js';
import { runCli } from '../../../src/cli/program.js';

export interface TerminalOptions {
  stdin?: string;
  env?: NodeJS.ProcessEnv;
  /** A terminal of so many columns; else a pipe. */
  columns?: number;
  rows?: number;
}

/** A process around the command, as far as the command sees one. */
export class Terminal {
  stdout = '';
  stderr = '';
  readonly context: CliContext;
  private readonly listeners = new Set<() => void>();

  constructor({ stdin = '', env = {}, columns, rows }: TerminalOptions = {}) {
    const isTTY = columns !== undefined;
    this.context = {
      stdout: { write: text => this.append('stdout', text), isTTY, columns, rows },
      stderr: { write: text => this.append('stderr', text) },
      stdin: (async function* () {
        yield stdin;
      })(),
      // Nothing of this machine's own configuration: neither a profile nor an embedded server.
      env: { PATH: process.env.PATH, HOME: '/nowhere', TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', ...env },
      onInterrupt: listener => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  run(...argv: string[]): Promise<number> {
    return runCli(argv, this.context);
  }

  /** Ctrl-C. */
  interrupt(): void {
    for (const listener of this.listeners) listener();
  }

  get lines(): string[] {
    return this.stdout.trimEnd().split('\n');
  }

  private append(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
  }
}
