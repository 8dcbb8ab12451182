import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Checkpoint, checkpointKey, parseCheckpoint } from '../../src/live/checkpoint.js';
import type { FollowProgress } from '../../src/live/follow/request.js';
import { type Child, track } from '../../test/lab/child.js';
import type { Connection } from '../../test/lab/connection.js';
import { labDirectory } from '../../test/lab/reaper.js';
import type { RedisServer } from '../../test/lab/redis.js';

export type ToFollower = 'begin' | 'pause' | 'go on' | 'end';
export interface FromFollower {
  ready?: true;
  /** Microseconds, as the laboratory's clock has them. */
  beganAt?: number;
  progress?: FollowProgress;
}

const workflowId = 'bench';
const entry = fileURLToPath(new URL('./process.js', import.meta.url));
const pollMs = 2;

/** A process that follows a source into a target, with a spool of its own. */
export class Follower {
  progress: FollowProgress | undefined;
  beganAt = 0;
  /** Resident memory before it began. */
  readonly idleMb: number;

  private constructor(
    private readonly child: Child,
    private readonly servers: Servers,
    private readonly spoolDir: string,
    private readonly watch: Connection,
  ) {
    this.idleMb = this.#memoryMb('VmRSS');
    child.process.on('message', ({ beganAt, progress }: FromFollower) => {
      if (beganAt !== undefined) this.beganAt = beganAt;
      if (progress) this.progress = progress;
    });
  }

  /** One that waits until it is told to begin. */
  static async start(servers: Servers): Promise<Follower> {
    const spoolDir = mkdtempSync(join(labDirectory(), 'bench-spool-'));
    const request = {
      workflowId,
      source: { side: 'source', host: servers.source.host, port: servers.source.port },
      target: { side: 'target', host: servers.target.host, port: servers.target.port },
      targetWasEmpty: true,
      sourceKeys: 0,
      spoolDir,
    };
    const child = track(fork(entry, [JSON.stringify(request)], { detached: true }));
    await once(child.process, 'message');
    return new Follower(child, servers, spoolDir, await servers.target.connect());
  }

  begin(): void {
    this.#tell('begin');
  }

  /** It goes on receiving, and applies nothing. */
  async pause(): Promise<void> {
    this.#tell('pause');
    while (this.progress?.phase !== 'paused') await this.#breathe();
  }

  goOn(): void {
    this.#tell('go on');
  }

  /** Until the target has the snapshot, and the stream is about to be applied. */
  untilStream(): Promise<void> {
    return this.#until(checkpoint => checkpoint?.snapshot === null);
  }

  /** Until the target has what the source has written until now. */
  async untilApplied(): Promise<void> {
    const goal = Number((await this.servers.source.info('replication')).master_repl_offset);
    await this.#until(checkpoint => (checkpoint?.offset ?? 0) >= goal);
  }

  /** Until its spool has what the source has written until now. */
  async untilReceived(): Promise<void> {
    const goal = Number((await this.servers.source.info('replication')).master_repl_offset);
    while ((this.progress?.received ?? 0) < goal) await this.#breathe();
  }

  /** The highest that it ever had in memory, above what it had before it began. */
  get aboveIdleMb(): number {
    return Math.round(this.#memoryMb('VmHWM') - this.idleMb);
  }

  /** What it had in memory until now doesn't count any more. */
  forgetPeak(): void {
    // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    writeFileSync(`/proc/${this.child.pid}/clear_refs`, '5');
  }

  get cpuMs(): number {
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime, in ticks of 10 ms
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends it, and removes what it has left: its spool, and its checkpoint. */
  async end(): Promise<void> {
    this.#tell('end');
    await this.child.exited;
    await this.watch.send('DEL', checkpointKey(workflowId));
    this.watch.close();
    rmSync(this.spoolDir, { recursive: true });
  }

  async #until(reached: (checkpoint: Checkpoint | null) => boolean): Promise<void> {
    while (!reached(parseCheckpoint(await this.watch.send('GET', checkpointKey(workflowId))))) await this.#breathe();
  }

  async #breathe(): Promise<void> {
    if (!this.child.running()) throw new Error('the process that follows has ended');
    await sleep(pollMs);
  }

  #tell(message: ToFollower): void {
    this.child.process.send(message);
  }

  /** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
  #memoryMb(field: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  }
}

export interface Servers {
  source: RedisServer;
  target: RedisServer;
}
