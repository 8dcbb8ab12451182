import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, killAtEnd } from './reaper.js';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  running(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end; a child that takes longer than `patienceMs` is killed. */
  end(signal: 'SIGTERM' | 'SIGKILL', patienceMs?: number): Promise<Exit>;
}

/** Starts a process that can't outlive this one. It has a session of its own, so Ctrl-C reaches only us. */
export async function spawnChild(command: string, args: string[], options: SpawnOptions = {}): Promise<Child> {
  const process = spawn(command, args, { detached: true, ...options });
  await once(process, 'spawn');
  return track(process);
}

/** The same for a process that was started in another way (`fork`). */
export function track(process: ChildProcess): Child {
  const pid = process.pid as number;
  killAtEnd(pid);
  const exited = new Promise<Exit>(resolve => process.once('exit', (code, signal) => resolve({ code, signal })));
  void exited.then(() => hasEnded(pid));
  const running = () => process.exitCode === null && process.signalCode === null;
  const signal = (name: NodeJS.Signals) => void (running() && process.kill(name));
  return { pid, process, exited, running, signal, end: (name, patienceMs) => end(name, patienceMs) };

  async function end(name: 'SIGTERM' | 'SIGKILL', patienceMs = 15_000): Promise<Exit> {
    signal(name);
    signal('SIGCONT'); // a stopped process would never see SIGTERM
    const patience = new AbortController();
    const impatient = sleep(patienceMs, undefined, { signal: patience.signal }).then(
      () => signal('SIGKILL'),
      () => {},
    );
    const exit = await exited;
    patience.abort();
    await impatient;
    return exit;
  }
}
