import { MigrationError } from '../contract/errors.js';
import type { ByteBuilder } from '../resp/bytes.js';
import type { RawReplies } from '../resp/expected.js';
import type { Endpoint } from '../server/endpoint.js';
import type { ClusterNodes } from './nodes.js';
import { readRedirection } from './redirection.js';
import type { RoutedBatch } from './routed-batch.js';
import type { Share, Shares } from './share.js';
import { endpointAt } from './topology.js';

/** What came of one round over the nodes. */
export interface RoundEnd {
  /** Commands that got their result. */
  delivered: number;
  /** The topology isn't what it was. */
  stale: boolean;
  /** Why asking again at once would be no use. */
  waitFor: string | null;
}

/** One batch on its way: sends to each node its share, and again only what was redirected or got no answer. */
export class Delivery {
  /** Places in the batch of the commands that have no result yet. */
  #pending: number[];
  /** Where some of them are asked this once. */
  #asks = new Map<number, Endpoint>();
  readonly #answered: Share[] = [];
  /** By place in the batch: which of the answered has the reply, and where. */
  readonly #holder: Uint32Array;
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #totals: RawReplies = { errors: 0, nils: 0, bytes: 0, whole: true };

  constructor(
    private readonly nodes: ClusterNodes,
    private readonly shares: Shares,
    private readonly batch: RoutedBatch,
    private readonly limit: number,
  ) {
    this.#holder = new Uint32Array(batch.count);
    this.#from = new Float64Array(batch.count);
    this.#to = new Float64Array(batch.count);
    this.#pending = Array.from(this.#holder, (_, index) => index);
  }

  /** Replies beyond the limit end it too. */
  get done(): boolean {
    return this.#pending.length === 0 || !this.#totals.whole;
  }

  /** Of a command that has no result yet. */
  get waitingSlot(): number {
    return this.batch.slot(this.#pending[0] ?? 0);
  }

  /** @throws MigrationError what no other try would change: a refused login, for example */
  async round(): Promise<RoundEnd> {
    const end: RoundEnd = { delivered: 0, stale: false, waitFor: null };
    const shares = this.#divide(end);
    const results = await Promise.allSettled(shares.map(share => share.send(this.nodes, this.limit)));
    for (const [n, result] of results.entries()) {
      const share = shares[n] as Share;
      if (result.status === 'fulfilled') this.#take(share, result.value, end);
      else this.#tryAgain(share, result.reason, end);
    }
    return end;
  }

  /** The replies in the order of the batch. */
  writeTo(into: ByteBuilder): RawReplies {
    const replies = this.#answered.map(share => share.replies.view());
    if (this.#totals.whole)
      for (let index = 0; index < this.batch.count; index++)
        into.append(replies[this.#holder[index] as number] as Buffer, this.#from[index], this.#to[index]);
    this.shares.giveBack(this.#answered);
    return this.#totals;
  }

  #divide(end: RoundEnd): Share[] {
    const { batch, nodes } = this;
    const [pending, asks] = [this.#pending, this.#asks];
    [this.#pending, this.#asks] = [[], new Map()];
    const direct = new Map<Endpoint, Share>();
    const asked = new Map<Endpoint, Share>();
    for (const index of pending) {
      const ask = asks.get(index);
      const node = ask ?? nodes.topology.ownerOf(batch.slot(index));
      if (node) this.#shareOf(ask ? asked : direct, node, ask !== undefined).add(batch, index);
      else {
        this.#pending.push(index);
        Object.assign(end, { stale: true, waitFor: 'no node has it' });
      }
    }
    return [...direct.values(), ...asked.values()];
  }

  #shareOf(shares: Map<Endpoint, Share>, node: Endpoint, ask: boolean): Share {
    let share = shares.get(node);
    if (!share) {
      share = this.shares.take(node, ask);
      shares.set(node, share);
    }
    return share;
  }

  #take(share: Share, replies: RawReplies, end: RoundEnd): void {
    const totals = this.#totals;
    totals.nils += replies.nils;
    totals.whole &&= replies.whole;
    const holder = this.#answered.push(share) - 1;
    if (!replies.whole) totals.bytes += replies.bytes;
    else this.#takeEach(share, holder, end);
  }

  #takeEach(share: Share, holder: number, end: RoundEnd): void {
    const totals = this.#totals;
    share.forEach((index, from, to, error) => {
      if (error !== null && this.#redirect(share.node, index, error, end)) return;
      if (error !== null) totals.errors++;
      totals.bytes += to - from;
      this.#holder[index] = holder;
      this.#from[index] = from;
      this.#to[index] = to;
      end.delivered++;
    });
  }

  /** @returns whether the command has to be sent again */
  #redirect(by: Endpoint, index: number, error: string, end: RoundEnd): boolean {
    const redirection = readRedirection(error);
    if (!redirection) return false;
    this.#pending.push(index);
    if (redirection.kind === 'wait') end.waitFor = redirection.said;
    else {
      const node = this.nodes.at(endpointAt(by, redirection.host, redirection.port));
      if (redirection.kind === 'ask') this.#asks.set(index, node);
      else this.nodes.topology.move(redirection.slot, node);
      end.stale ||= redirection.kind === 'moved';
    }
    return true;
  }

  /** Whether the node did what it was asked can't be known. */
  #tryAgain(share: Share, error: unknown, end: RoundEnd): void {
    if (!(error instanceof MigrationError) || error.type !== 'Unreachable' || this.nodes.closed) throw error;
    Object.assign(end, { stale: true, waitFor: error.message });
    this.#pending.push(...share.indexes);
  }
}
