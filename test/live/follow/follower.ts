import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorType, errorTable } from '../../../src/contract/errors.js';
import type { FollowProgress } from '../../../src/live/follow/request.js';
import { builtFile } from '../../lab/built.js';
import { type Child, spawnChild } from '../../lab/child.js';
import { labDirectory } from '../../lab/index.js';
import type { FollowerConfig } from './follower-main.js';

const retryMs = 300;

/** A process that follows a source, of one attempt after the other: each has the right to write until the next one starts. */
export class Follower {
  progress: FollowProgress | undefined;
  /** Its spool was full at times. */
  wasFull = false;
  /** What attempts said that ended by themselves. */
  readonly failures: string[] = [];
  readonly #place = mkdtempSync(join(labDirectory(), 'follower-'));
  readonly #children: Child[] = [];
  #hosts = 0;
  #attempt = 0;

  /** @param diskBytes of the spool, on a disk of its own which doesn't outlive an attempt; null: that of everybody */
  constructor(
    private readonly request: Omit<FollowerConfig, 'lease' | 'attempt' | 'spoolDir'>,
    private readonly diskBytes: number | null = null,
  ) {}

  /** Of the attempt that was started last. */
  get pid(): number | undefined {
    return this.#children.at(-1)?.pid;
  }

  get running(): boolean {
    return this.#children.at(-1)?.running() ?? false;
  }

  /** From now on this attempt is the one that may write; those before are left as they are. */
  async start(): Promise<void> {
    const attempt = ++this.#attempt;
    const [spoolDir, lease] = [join(this.#place, `host-${this.#hosts}`), join(this.#place, 'lease')];
    mkdirSync(spoolDir, { recursive: true });
    writeFileSync(lease, String(attempt));
    const config: FollowerConfig = { ...this.request, spoolDir, lease, attempt };
    const command = [process.execPath, builtFile('test/live/follow/follower-main.js')];
    const [program = '', ...args] = this.diskBytes === null ? command : onDisk(spoolDir, this.diskBytes, command);
    const child = await spawnChild(program, args, {
      env: { ...process.env, FOLLOWER: JSON.stringify(config) },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let said = '';
    child.process.stderr?.setEncoding('utf8').on('data', text => {
      said += text;
    });
    child.process.on('message', message => {
      if (attempt !== this.#attempt) return;
      this.progress = message as FollowProgress;
      this.wasFull ||= this.progress.spoolFull !== null;
    });
    child.process.once('close', code => {
      // What a later attempt has ended was ended as it should be.
      if (!code || said.startsWith('Superseded')) return;
      if (isTriedAgain(said)) this.#sendRetry(attempt);
      else this.failures.push(said);
    });
    this.#children.push(child);
  }

  /** What Temporal does; and an operator who has made room. */
  #sendRetry(attempt: number): void {
    setTimeout(() => this.#attempt === attempt && void this.start(), retryMs);
  }

  /** The next attempt has another disk. */
  move(): void {
    this.#hosts++;
  }

  tell(message: 'pause' | 'resume'): void {
    if (this.running) this.#children.at(-1)?.process.send(message, () => {}); // It may be dying.
  }

  freeze(): void {
    this.#children.at(-1)?.signal('SIGSTOP');
  }

  thaw(): void {
    for (const child of this.#children) child.signal('SIGCONT');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#attempt++; // None is waited for any more.
    await Promise.all(this.#children.map(child => child.end(signal)));
  }
}

/** In a namespace of its own, so that nothing is left mounted. */
const onDisk = (dir: string, bytes: number, command: string[]): string[] => {
  const mount = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"';
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', mount, String(bytes), dir, ...command];
};

/** Whether a process may have a disk of its own here. */
export const mayMount = (dir: string): boolean => {
  const [program = '', ...args] = onDisk(dir, 1 << 20, ['true']);
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
};

function isTriedAgain(said: string): boolean {
  const type = said.slice(0, said.indexOf(' '));
  return type === 'TargetFull' || (type in errorTable && errorTable[type as ErrorType].retryable);
}
