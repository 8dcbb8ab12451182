import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  env: NodeJS.ProcessEnv;
  /** Where its output goes, after what is there. */
  logFile: string;
  /** Called with each line of its standard output. */
  onLine?: (line: string) => void;
}

export interface Child {
  pid: number;
  /** How it ended: `exit code 1`, `SIGKILL`. */
  ended: Promise<string>;
  /** SIGTERM, and after the grace SIGKILL; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/** In a process group of its own, so that a Ctrl-C at the terminal reaches only us, and we end it in good order. */
export const startChild = (file: string, args: readonly string[], options: ChildOptions): Child => {
  const log = openSync(options.logFile, 'a', 0o600);
  const child: ChildProcess = spawn(file, args, { env: options.env, stdio: ['ignore', 'pipe', log], detached: true });
  closeSync(log);
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', line => {
      options.onLine?.(line);
      void appendFile(options.logFile, `${line}\n`).catch(() => {});
    });
  const ended = new Promise<string>(resolve => {
    child.on('error', error => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { pid: child.pid ?? 0, ended, stop: graceMs => stop(child.kill.bind(child), ended, graceMs) };
};

const stop = async (kill: (signal: NodeJS.Signals) => boolean, ended: Promise<string>, graceMs: number) => {
  kill('SIGTERM');
  const hard = setTimeout(() => kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(hard);
};

/** The end of a log, for an error message. */
export const logTail = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
};
