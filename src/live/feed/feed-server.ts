import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type PsyncRequest, type Refusal, ReplicaSession } from './replica-session.js';
import type { StreamBytes } from './stream-bytes.js';

export interface FeedServerOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** The replica's own replication id and offset, where it was parked. */
  parked: PsyncRequest;
  /** Of what it is fed with from there on. */
  replicationId: string;
  /** What the replica must log in with (`masterauth`). @default null: whatever it says is taken */
  password?: string | null;
  /** How long a connection may say nothing, in ms; a replica acknowledges every second. @default 60000 */
  silenceMs?: number;
  /** More connections are refused: one replica needs one, and one that breaks may linger. @default 16 */
  maxConnections?: number;
}

export interface FeedHooks {
  /** The replica is fed from this offset on. */
  onConnected?(offset: number): void;
  onDisconnected?(): void;
  /** The replica has applied everything up to this offset. */
  onAcknowledged?(offset: number): void;
  onRefused?(refusal: Refusal): void;
}

/**
 * The master of one replica, for which it goes on with the stream where the replica is. It never sends a snapshot: the
 * replica keeps its dataset and its place whatever it asks for.
 */
export class FeedServer {
  readonly #server: Server;
  readonly #sessions = new Set<ReplicaSession>();
  #fed: ReplicaSession | undefined;

  private constructor(
    bytes: StreamBytes,
    private readonly options: FeedServerOptions,
    private readonly hooks: FeedHooks,
  ) {
    const { parked, replicationId, password = null, silenceMs = 60_000, maxConnections = 16 } = options;
    const settings = { parked, replicationId, password, silenceMs };
    this.#server = createServer(socket => {
      this.#sessions.add(new ReplicaSession(socket, bytes, settings, this.#sessionHooks));
    });
    this.#server.maxConnections = maxConnections;
  }

  /** @throws Error of the operating system: the address is taken, or not this machine's */
  static async listen(bytes: StreamBytes, options: FeedServerOptions, hooks: FeedHooks = {}): Promise<FeedServer> {
    const feed = new FeedServer(bytes, options, hooks);
    feed.#server.listen(options.port, options.host);
    await once(feed.#server, 'listening');
    feed.#server.on('error', () => {}); // A connection that could not be taken: the replica tries again.
    return feed;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : this.options.port;
  }

  get connected(): boolean {
    return this.#fed !== undefined;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const session of this.#sessions) session.end();
    await closed;
  }

  readonly #sessionHooks = {
    onContinue: (session: ReplicaSession, offset: number) => {
      const before = this.#fed;
      this.#fed = session;
      // Whose network went away: it comes again before its old connection is known to be gone.
      before?.end();
      this.hooks.onConnected?.(offset);
    },
    onRefused: (refusal: Refusal) => this.hooks.onRefused?.(refusal),
    onAcknowledged: (session: ReplicaSession, offset: number) => {
      if (session === this.#fed) this.hooks.onAcknowledged?.(offset);
    },
    onEnd: (session: ReplicaSession) => {
      this.#sessions.delete(session);
      if (session !== this.#fed) return;
      this.#fed = undefined;
      this.hooks.onDisconnected?.();
    },
  };
}
