import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tail } from './tail.js';

export interface Ending {
  /** Null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether it was told to stop before it ended. */
  stopped: boolean;
}

/** Between the polite signal and the last one. */
const graceMs = 500;
/** For the rest of the output: a process that the command left behind may hold the pipes for ever. */
const drainMs = 200;

/** Without a shell, as the leader of a process group of its own. */
export const startProcess = (
  [file, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
  input: string,
): ChildProcessWithoutNullStreams => {
  const child = spawn(file, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  // A command need not read its input; then the pipe breaks.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return child;
};

/** Until the process has ended; when `stop` is aborted, its whole group is ended. Rejects when it couldn't be started. */
export const followProcess = async (
  child: ChildProcessWithoutNullStreams,
  tail: Tail,
  stop: AbortSignal,
): Promise<Ending> => {
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => tail.push(chunk));
  const closed = new Promise(resolve => child.once('close', resolve));
  const [code, signal, stopped] = await untilExit(child, stop);
  await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { code, signal, stopped };
};

const untilExit = async (
  child: ChildProcessWithoutNullStreams,
  stop: AbortSignal,
): Promise<[number | null, NodeJS.Signals | null, boolean]> => {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  stop.addEventListener('abort', end, { once: true });
  try {
    const [code, signal] = await once(child, 'exit');
    if (stop.aborted) signalGroup(child, 'SIGKILL');
    return [code, signal, stop.aborted];
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
};

const signalGroup = ({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended, or has become another user's: nothing is left to end.
  }
};
