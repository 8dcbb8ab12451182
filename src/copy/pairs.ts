import { keySlot } from '../keys/hash-slot.js';
import { ClusterKeyspace, type Keyspace, type KeyspaceOptions } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { addressOf } from '../server/endpoint.js';
import { OwnConnections } from './own-connections.js';

/** A connection to each server that one key has to itself, for WATCH and MULTI. */
export interface Pair {
  source: RespConnection;
  target: RespConnection;
}

/** Where the connections lead. */
export interface PairSide {
  keyspace: Keyspace;
  options: KeyspaceOptions;
}

/** Keys that are copied in pieces at a time. */
const most = 8;

/** What lends the pair of the servers that have a key. */
interface Lender {
  source: OwnConnections;
  target: OwnConnections;
}

/** Pairs of connections, opened when they are needed and kept for the next key. */
export class Pairs {
  readonly #all: Lender[] = [];
  readonly #free: Lender[] = [];
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(
    private readonly source: PairSide,
    private readonly target: PairSide,
  ) {}

  /**
   * Works on all tasks, several side by side, each with a pair of its own.
   * @param work gets what lends the pair for a key of the source and what it is called on the target
   */
  async useAll<Task>(
    tasks: readonly Task[],
    work: (lend: (key: Buffer, targetKey: Buffer) => Promise<Pair>, task: Task) => Promise<void>,
  ): Promise<void> {
    let next = 0;
    const one = () =>
      this.#use(async ({ source, target }) => {
        const lend = async (key: Buffer, targetKey: Buffer): Promise<Pair> => {
          const [from, to] = await Promise.all([source.to(key), target.to(targetKey)]);
          return { source: from, target: to };
        };
        for (let task = tasks[next++]; task; task = tasks[next++]) await work(lend, task);
      });
    await Promise.all(Array.from({ length: Math.min(tasks.length, most) }, one));
  }

  /**
   * Keys with the same answer can be copied together: a transaction on a cluster is for keys of one slot, and commands
   * side by side for keys of one node.
   */
  together(key: Buffer, targetKey: Buffer): string {
    return `${slotIn(this.source.keyspace, key)} ${nodeIn(this.target.keyspace, targetKey)}`;
  }

  /** Finds out anew who serves what. */
  async refresh(): Promise<void> {
    const clusters = [this.source, this.target].map(({ keyspace }) => keyspace);
    await Promise.all(clusters.map(keyspace => keyspace instanceof ClusterKeyspace && keyspace.router.refresh()));
  }

  close(): void {
    this.#closed = true;
    for (const { source, target } of this.#all) {
      source.close();
      target.close();
    }
  }

  async #use(work: (lender: Lender) => Promise<void>): Promise<void> {
    const lender = await this.#take();
    try {
      await work(lender);
    } finally {
      this.#free.push(lender);
      this.#waiting.shift()?.();
    }
  }

  async #take(): Promise<Lender> {
    for (;;) {
      const free = this.#free.pop();
      if (free) return free;
      if (this.#all.length < most) return this.#make();
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  #make(): Lender {
    const lender = { source: new OwnConnections(this.source), target: new OwnConnections(this.target) };
    this.#all.push(lender);
    if (this.#closed) this.close();
    return lender;
  }
}

const slotIn = (keyspace: Keyspace, key: Buffer): number => (keyspace instanceof ClusterKeyspace ? keySlot(key) : 0);

const nodeIn = (keyspace: Keyspace, key: Buffer): string => {
  const owner = keyspace instanceof ClusterKeyspace && keyspace.router.topology.ownerOf(keySlot(key));
  return owner ? addressOf(owner) : '';
};
