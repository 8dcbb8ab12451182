import { ownPrefix } from '../contract/own-prefix.js';
import { infoOf } from '../keys/inventory.js';
import type { RespConnection } from '../resp/connection.js';
import { type Reply, RespError } from '../resp/reply.js';
import { commandLevel, type Info } from '../server/info.js';
import type { Identities } from './progress.js';

/** What both servers can do for a copy by DUMP and RESTORE. */
export interface Features {
  /**
   * How an expiry travels. `absolute`: PEXPIRETIME, since 7.0. `computed`: PTTL and the source's TIME of the batch.
   * `relative`: PTTL, for targets before 5.0, which know no ABSTTL.
   */
  expiry: 'absolute' | 'computed' | 'relative';
  /** Whether the source tells how much memory a key takes: MEMORY USAGE, since 4.0. */
  weighing: boolean;
  /** How the keys' last use travels, where it decides what the target evicts, and the source knows it. */
  access: 'IDLETIME' | 'FREQ' | undefined;
}

const key = `${ownPrefix}probe`;
const absttlSince = 50_000;

export async function probe(
  source: RespConnection,
  target: RespConnection,
): Promise<{ features: Features; identities: Identities }> {
  const [onSource, onTarget, replies] = await Promise.all([
    infoOf(source),
    infoOf(target),
    source.pipeline([
      ['PEXPIRETIME', key],
      ['MEMORY', 'USAGE', key],
      ['OBJECT', 'IDLETIME', key],
      // So that copying leaves the source's own order of eviction as it is. Since 7.2; refused, it is done without.
      ['CLIENT', 'NO-TOUCH', 'ON'],
    ]),
  ]);
  const [absolute, weighing, object] = replies.map(isAllowed);
  const modern = knowsAbsttl(onTarget);
  const features: Features = {
    expiry: !modern ? 'relative' : absolute ? 'absolute' : 'computed',
    weighing: weighing === true,
    access: modern && object ? accessBetween(onSource, onTarget) : undefined,
  };
  return { features, identities: identitiesOf(onSource, onTarget) };
}

/** Not being allowed to touch that key says nothing about the command. */
const isAllowed = (reply: Reply): boolean =>
  !(reply instanceof RespError) || /^NOPERM .*access (a|one of the) key/i.test(reply.message);

/** A source that evicts by frequency of use knows only that, any other one only when a key was used last. */
function accessBetween(source: Info, target: Info): Features['access'] {
  const [from, to] = [evictionOf(source), evictionOf(target)];
  if (to === 'lru' && from !== 'lfu') return 'IDLETIME';
  return to === 'lfu' && from === 'lfu' ? 'FREQ' : undefined;
}

function identitiesOf(source: Info, target: Info): Identities {
  return { sourceRunId: source.get('run_id') ?? '', ...targetIdentity(target) };
}

/** A replica that was promoted has had an id before its own; it may lack more than the last seconds. */
export function targetIdentity(target: Info): Omit<Identities, 'sourceRunId'> {
  const promoted = /[^0]/.test(target.get('master_replid2') ?? '0');
  return {
    targetRunId: target.get('run_id') ?? '',
    targetKeepsWrites: target.get('aof_enabled') === '1' && !promoted,
  };
}

/** What the target evicts by. */
export const evictionOf = (info: Info): 'lru' | 'lfu' | undefined =>
  /lru|lfu/.exec(info.get('maxmemory_policy') ?? '')?.[0] as 'lru' | 'lfu' | undefined;

/** Whether it knows `RESTORE ... ABSTTL`. */
export const knowsAbsttl = (target: Info): boolean => commandLevel(target) >= absttlSince;
