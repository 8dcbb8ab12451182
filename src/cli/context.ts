/** What a command needs of the process around it; tests give their own. */
export interface CliContext {
  stdout: Output;
  stderr: Output;
  stdin: AsyncIterable<Uint8Array | string>;
  env: NodeJS.ProcessEnv;
  /** What `run` and `dev` start as their worker. @default the compiled worker of this package */
  workerEntry?: string;
  /** Calls the listener at each Ctrl-C, SIGTERM or hang-up; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

export const say = (output: Output, ...lines: readonly string[]): void => {
  output.write(`${lines.join('\n')}\n`);
};

/** One JSON value a line on standard output. */
export const sayJson = ({ stdout }: CliContext, value: unknown): void => say(stdout, JSON.stringify(value));

/** Whether a view may be redrawn in place. */
export const isLive = ({ stdout, env }: CliContext): boolean => stdout.isTTY === true && env.TERM !== 'dumb';

export const hasColor = (context: CliContext): boolean => isLive(context) && !context.env.NO_COLOR;

/** Of the terminal, within reason; 80 when it isn't one. */
export const columnsOf = ({ stdout }: CliContext): number => Math.max(40, stdout.columns || 80);
