import type { Socket } from 'node:net';
import { CommandReader } from './command-reader.js';
import type { StreamBytes } from './stream-bytes.js';

/** Whom a replica takes its session for, and what it may get. */
export interface SessionSettings {
  /** Where the replica was parked: its own place, from which it is fed first. */
  parked: PsyncRequest;
  /** Of what it is fed with. A replica that was fed from another spool asks for another one, and gets nothing from this. */
  replicationId: string;
  /** What a replica must log in with; null: whatever it says is taken. */
  password: string | null;
  /** How long a replica may say nothing, in ms; it acknowledges every second. */
  silenceMs: number;
}

export interface SessionHooks {
  /** It asked for the stream from here on and gets it. */
  onContinue(session: ReplicaSession, offset: number): void;
  /** It asked for what there isn't. */
  onRefused(refusal: Refusal): void;
  onAcknowledged(session: ReplicaSession, offset: number): void;
  onEnd(session: ReplicaSession): void;
}

/** Why a replica could not be fed on. */
export interface Refusal {
  /**
   * `history`: it asks for another stream, or for a snapshot. `behind`: for bytes that are not kept any more. `ahead`: for
   * those after what was ever sent from here.
   */
  why: 'history' | 'behind' | 'ahead';
  request: PsyncRequest;
}

export interface PsyncRequest {
  replicationId: string;
  /** The last byte that it has; -2: it knows of none. */
  offset: number;
}

/**
 * A replica keeps its place when it hears this, and asks again a second later. By an error of another kind older ones
 * forget it, and ask for a snapshot. Source: slaveTryPartialResynchronization in replication.c
 */
const askLater = "-NOMASTERLINK Can't SYNC while not connected with my master";

function judge(
  { replicationId, offset }: PsyncRequest,
  { start, end }: StreamBytes,
  { parked, replicationId: fed }: SessionSettings,
): Refusal['why'] | undefined {
  const isParked = replicationId === parked.replicationId && offset === parked.offset;
  if ((!isParked && replicationId !== fed) || !(offset >= 0)) return 'history';
  if (offset < start) return 'behind';
  return offset > end ? 'ahead' : undefined;
}

/** One connection of a replica, which is shaken hands with and then sent the stream. */
export class ReplicaSession {
  readonly #reader = new CommandReader();
  readonly #stopped = new AbortController();
  #loggedIn: boolean;
  #sending = false;
  #heardAt = performance.now();

  constructor(
    private readonly socket: Socket,
    private readonly bytes: StreamBytes,
    private readonly settings: SessionSettings,
    private readonly hooks: SessionHooks,
  ) {
    this.#loggedIn = settings.password === null;
    socket.setNoDelay(true);
    socket.on('data', chunk => this.#receive(chunk));
    socket.on('error', () => {}); // 'close' follows
    const watch = setInterval(() => this.#endIfSilent(), settings.silenceMs / 4);
    socket.on('close', () => {
      clearInterval(watch);
      this.#stopped.abort(new Error('the replica is gone'));
      hooks.onEnd(this);
    });
  }

  end(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      this.#reader.consume(chunk, words => this.#take(words));
    } catch {
      this.end(); // Whoever it is, it is no replica.
    }
  }

  #endIfSilent(): void {
    if (performance.now() - this.#heardAt > this.settings.silenceMs) this.end();
  }

  #take([name = '', ...words]: string[]): void {
    const command = name.toUpperCase();
    if (command === 'REPLCONF' && words[0]?.toUpperCase() === 'ACK') this.#acknowledged(Number(words[1]));
    else if (!this.#sending) this.#answer(this.#replyTo(command, words));
  }

  #answer(line: string): void {
    if (!this.socket.destroyed) this.socket.write(`${line}\r\n`, 'latin1');
  }

  #replyTo(command: string, words: string[]): string {
    if (command === 'AUTH') return this.#logIn(words.at(-1));
    if (!this.#loggedIn) return '-NOAUTH Authentication required.';
    if (command === 'PING') return '+PONG';
    if (command === 'REPLCONF') return '+OK';
    if (command === 'PSYNC') return this.#resync({ replicationId: words[0] ?? '', offset: Number(words[1]) - 1 });
    if (command === 'SYNC') this.end();
    return '-ERR this is a migration that feeds one replica, and not a server for clients';
  }

  /** Without a password of ours, one that the replica kept for an earlier master must not keep it away. */
  #logIn(password: string | undefined): string {
    this.#loggedIn ||= password === this.settings.password;
    return this.#loggedIn ? '+OK' : '-WRONGPASS invalid username-password pair or user is disabled.';
  }

  #resync(request: PsyncRequest): string {
    const refusal = judge(request, this.bytes, this.settings);
    if (refusal) {
      this.hooks.onRefused({ why: refusal, request });
      return askLater;
    }
    this.#sending = true;
    this.hooks.onContinue(this, request.offset);
    // After the answer, which is written when this returns.
    queueMicrotask(() => void this.#send(request.offset));
    return `+CONTINUE ${this.settings.replicationId}`;
  }

  async #send(from: number): Promise<void> {
    const { signal } = this.#stopped;
    const reader = this.bytes.reader(from);
    try {
      while (!signal.aborted) {
        const chunk = await reader.next(signal);
        await this.#write(chunk, signal);
      }
    } catch {
      this.end(); // It asks again, and finds out whether it can be fed.
    } finally {
      await reader.close();
    }
  }

  /** Resolves when the chunk is not needed any more. */
  #write(chunk: Buffer, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.socket.write(chunk, error => (error ? reject(error) : resolve()));
    });
  }

  #acknowledged(offset: number): void {
    if (this.#sending && Number.isSafeInteger(offset)) this.hooks.onAcknowledged(this, offset);
  }
}
