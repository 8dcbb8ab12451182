import type { RespConnection } from '../resp/connection.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { addressOf } from '../server/endpoint.js';
import type { Range } from './slot-set.js';

/** What one primary says of itself. */
export interface NodeLayout {
  /** `host:port`. */
  node: string;
  /** By which nodes know it; it stays, also when it restarts. */
  id: string;
  /** Grows with each takeover, and when slots come from another node. */
  epoch: number;
  slots: Range[];
  /** Slots of which keys are on their way to another node, or from one, at this moment. */
  leaving: number[];
  arriving: number[];
}

/**
 * Where the slots are, as each primary sees its own, by CLUSTER NODES: what is on its way only its two parties know.
 * https://redis.io/docs/latest/commands/cluster-nodes/
 * @throws MigrationError what a node refused; Unreachable
 */
export async function readLayout(primaries: readonly RespConnection[]): Promise<NodeLayout[]> {
  const layouts = await Promise.all(primaries.map(readOwnLine));
  return layouts.sort((one, other) => (one.node < other.node ? -1 : 1));
}

async function readOwnLine(primary: RespConnection): Promise<NodeLayout> {
  const [reply] = await primary.pipeline([['CLUSTER', 'NODES']]);
  if (reply instanceof RespError) throw refused(primary.endpoint, 'CLUSTER NODES', reply);
  const lines = String(reply).split('\n');
  const line = lines.find(each => /^\S+ \S+ \S*\bmyself\b/.test(each)) ?? '';
  // <id> <address> <flags> <master> <ping-sent> <pong-recv> <config-epoch> <link-state> <slots>...
  const [id = '', , , , , , epoch, , ...slots] = line.split(' ');
  return {
    node: addressOf(primary.endpoint),
    id,
    epoch: Number(epoch),
    slots: slots.flatMap(rangeOf),
    leaving: slots.flatMap(text => slotBefore(text, '->-')),
    arriving: slots.flatMap(text => slotBefore(text, '-<-')),
  };
}

function rangeOf(text: string): Range[] {
  const range = /^(\d+)(?:-(\d+))?$/.exec(text);
  return range ? [[Number(range[1]), Number(range[2] ?? range[1])]] : [];
}

/** `[93-<-<id>]` */
function slotBefore(text: string, arrow: string): number[] {
  const slot = /^\[(\d+)/.exec(text)?.[1];
  return slot !== undefined && text.includes(arrow) ? [Number(slot)] : [];
}
