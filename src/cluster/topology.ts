import type { RespConnection } from '../resp/connection.js';
import { refused, unreachable } from '../resp/failure.js';
import { type Reply, RespError } from '../resp/reply.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';

export const slotCount = 16_384;

/** A range of slots with both ends, and who serves it. */
export interface SlotRange {
  from: number;
  to: number;
  primary: Endpoint;
  replicas: Endpoint[];
}

/** Which primary serves which slot, as one node saw it; what redirections tell is added. */
export class Topology {
  readonly #owners: (Endpoint | undefined)[] = new Array(slotCount).fill(undefined);

  constructor(readonly ranges: readonly SlotRange[]) {
    for (const { from, to, primary } of ranges) this.#owners.fill(primary, from, to + 1);
  }

  /** Undefined: nobody serves it. */
  ownerOf(slot: number): Endpoint | undefined {
    return this.#owners[slot];
  }

  /** What a MOVED said. */
  move(slot: number, owner: Endpoint): void {
    this.#owners[slot] = owner;
  }

  get primaries(): Endpoint[] {
    return distinct(this.ranges.map(({ primary }) => primary));
  }

  /** Of each shard the primary and its replicas. */
  get nodes(): Endpoint[] {
    return distinct(this.ranges.flatMap(({ primary, replicas }) => [primary, ...replicas]));
  }

  /** Slots that nobody serves. */
  get unserved(): number[] {
    return this.#owners.flatMap((owner, slot) => (owner ? [] : [slot]));
  }

  /** Slots that another one serves in the later view. */
  movedIn(later: Topology): number[] {
    return this.#owners.flatMap((owner, slot) => (isSame(owner, later.ownerOf(slot)) ? [] : [slot]));
  }
}

const isSame = (one: Endpoint | undefined, other: Endpoint | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && addressOf(one) === addressOf(other));

const distinct = (endpoints: Endpoint[]): Endpoint[] => [...new Map(endpoints.map(it => [addressOf(it), it])).values()];

/**
 * What the node behind a connection says of its cluster; null when it is in none. CLUSTER SLOTS, since every version
 * answers it: https://redis.io/docs/latest/commands/cluster-slots/
 * @param at gives one object for each address
 * @throws MigrationError what the node refused; Unreachable
 */
export async function readTopology(
  connection: RespConnection,
  at: (endpoint: Endpoint) => Endpoint = endpoint => endpoint,
): Promise<Topology | null> {
  const [reply] = await connection.pipeline([['CLUSTER', 'SLOTS']]);
  if (reply instanceof RespError) {
    if (/cluster support disabled/i.test(reply.message)) return null;
    throw refused(connection.endpoint, 'CLUSTER SLOTS', reply);
  }
  if (!Array.isArray(reply)) throw unreachable(connection.endpoint, new Error('CLUSTER SLOTS answered no list'));
  return topologyOf(connection.endpoint, reply, at);
}

/** @param rows what CLUSTER SLOTS answered; text as strings or Buffers */
export function topologyOf(
  asked: Endpoint,
  rows: readonly Reply[],
  at: (endpoint: Endpoint) => Endpoint = endpoint => endpoint,
): Topology {
  const node = ([host, port]: Reply[]) => at(endpointAt(asked, host === null ? '' : String(host), Number(port)));
  return new Topology(rows.map(row => readRange(row as Reply[], node)));
}

function readRange([from, to, ...nodes]: Reply[], node: (row: Reply[]) => Endpoint): SlotRange {
  const [primary, ...replicas] = nodes.map(row => node(row as Reply[]));
  return { from: Number(from), to: Number(to), primary: primary as Endpoint, replicas };
}

/**
 * A node of the cluster that `asked` is in: its logins and TLS are the same. A node that doesn't know its own address,
 * or may not tell it, leaves it empty or `?`: then it is where it was reached.
 */
export function endpointAt(asked: Endpoint, host: string, port: number): Endpoint {
  return { ...asked, host: host === '' || host === '?' ? asked.host : host, port };
}
