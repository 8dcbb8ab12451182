import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../contract/errors.js';
import type { ByteBuilder } from '../resp/bytes.js';
import type { ConnectionOptions, RespConnection } from '../resp/connection.js';
import type { RawReplies } from '../resp/expected.js';
import { nameOf } from '../resp/failure.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { Delivery } from './delivery.js';
import { ClusterNodes } from './nodes.js';
import type { RoutedBatch } from './routed-batch.js';
import { Shares } from './share.js';
import type { Topology } from './topology.js';

export interface RouterOptions extends Omit<ConnectionOptions, 'db'> {
  /** How long a batch may go on without any result, in ms: failovers and elections take some seconds. @default 20000 */
  patienceMs?: number;
  /** Awaited for each connection to a node, before anything is sent over it. @throws whatever shall end it */
  onOpen?(connection: RespConnection): Promise<void>;
}

const shortestWaitMs = 20;
const longestWaitMs = 500;
/** A redirection is followed at once, but not round and round. */
const directRounds = 3;

/**
 * Sends commands to whichever node of a cluster serves their slot, and follows it when that changes: slots on their
 * way, failovers, nodes that restart. A command may be carried out twice when its node didn't answer: send only such
 * as can be (RESTORE, reads).
 */
export class ClusterRouter {
  readonly #patienceMs: number;
  readonly #shares = new Shares();
  #disturbances = 0;

  private constructor(
    private readonly seed: Endpoint,
    private readonly nodes: ClusterNodes,
    { patienceMs = 20_000 }: RouterOptions,
  ) {
    this.#patienceMs = patienceMs;
  }

  /**
   * By any node of the cluster. @returns null when the server is in no cluster
   * @throws MigrationError as `RespConnection.open`; what the node refused
   */
  static async open(seed: Endpoint, options: RouterOptions = {}): Promise<ClusterRouter | null> {
    const nodes = await ClusterNodes.open(seed, options);
    return nodes && new ClusterRouter(seed, nodes, options);
  }

  /** As it is known now. */
  get topology(): Topology {
    return this.nodes.topology;
  }

  /**
   * Goes up whenever a primary was replaced or restarted. What it had acknowledged just before may be gone: whoever
   * keeps a checkpoint goes back to one that is some seconds older.
   */
  get lossRisks(): number {
    return this.nodes.lossRisks;
  }

  /**
   * Goes up whenever something was not where it was thought to be, or is served by another node now: whoever asks about
   * one key in several steps then begins anew, since each node has an order of its own.
   */
  get disturbances(): number {
    return this.#disturbances + this.nodes.changes;
  }

  /** A connection to each primary; they stay the router's. @throws MigrationError as `RespConnection.open` */
  primaries(): Promise<RespConnection[]> {
    return Promise.all(this.topology.primaries.map(primary => this.nodes.connection(primary)));
  }

  /** To the primary at `host:port`. @throws MigrationError as `RespConnection.open`; Unreachable when there is none */
  async connectionTo(node: string): Promise<RespConnection> {
    const primary = this.topology.primaries.find(endpoint => addressOf(endpoint) === node);
    if (primary) return this.nodes.connection(primary);
    throw new MigrationError('Unreachable', `${nameOf(this.seed)}: its cluster has no primary ${node}.`);
  }

  /** To the node that serves a slot. @throws MigrationError Unreachable, also when nobody serves it */
  async ownerOf(slot: number): Promise<RespConnection> {
    const owner = this.topology.ownerOf(slot);
    if (!owner) throw this.#givenUp(slot, 'no node has it');
    return this.nodes.connection(owner);
  }

  /** Looks by way of the connections that there are whether a primary was replaced. Never fails. */
  glance(): Promise<void> {
    return this.nodes.glance();
  }

  /** Asks the cluster who serves what now. */
  async refresh(): Promise<Topology> {
    await this.nodes.refresh();
    return this.nodes.topology;
  }

  /**
   * Sends the commands, each to its node, and appends the replies to `into` as they came, in the order of the batch:
   * nothing of them when they are more than `limit` bytes. `batch` must not change until then.
   * @throws MigrationError Unreachable, when a slot found no node in time; as `RespConnection.open`
   */
  async send(batch: RoutedBatch, into: ByteBuilder, limit = Number.POSITIVE_INFINITY): Promise<RawReplies> {
    const delivery = new Delivery(this.nodes, this.#shares, batch, limit);
    let since = performance.now();
    for (let rounds = 1, waitMs = shortestWaitMs; !delivery.done; rounds++) {
      const { delivered, stale, waitFor } = await delivery.round();
      if (delivered > 0) [since, rounds, waitMs] = [performance.now(), 0, shortestWaitMs];
      if (delivery.done) break;
      this.#disturbances++;
      if (performance.now() - since > this.#patienceMs) throw this.#givenUp(delivery.waitingSlot, waitFor);
      if (stale) await this.nodes.refresh();
      if (waitFor === null && rounds < directRounds) continue;
      await sleep(waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
    return delivery.writeTo(into);
  }

  get closed(): boolean {
    return this.nodes.closed;
  }

  close(): void {
    this.nodes.close();
  }

  #givenUp(slot: number, waitFor: string | null): MigrationError {
    const why = waitFor ?? 'its nodes send from one to the other';
    const seconds = Math.round(this.#patienceMs / 1000);
    return new MigrationError(
      'Unreachable',
      `The cluster of the ${nameOf(this.seed)} did not serve slot ${slot} for ${seconds} s: ${why}.`,
    );
  }
}
