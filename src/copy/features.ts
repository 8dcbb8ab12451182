import { ownPrefix } from '../contract/own-prefix.js';
import { infoOf } from '../keys/info-of.js';
import { type Keyspace, primariesOf } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { type Reply, RespError } from '../resp/reply.js';
import { commandLevel, type Info } from '../server/info.js';
import { type Identities, identitiesOf } from './identities.js';

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

/** @param scanned one of the servers of the source */
export async function probe(
  source: Keyspace,
  scanned: RespConnection,
  target: Keyspace,
): Promise<{ features: Features; identities: Identities }> {
  const [onSource, onTargets, replies] = await Promise.all([
    infoOf(scanned),
    primariesOf(target).then(primaries => Promise.all(primaries.map(infoOf))),
    source.pipeline([
      ['PEXPIRETIME', key],
      ['MEMORY', 'USAGE', key],
      ['OBJECT', 'IDLETIME', key],
    ]),
  ]);
  const onTarget = onTargets[0] as Info;
  const [absolute, weighing, object] = replies.map(isAllowed);
  const modern = knowsAbsttl(onTarget);
  const features: Features = {
    expiry: !modern ? 'relative' : absolute ? 'absolute' : 'computed',
    weighing: weighing === true,
    access: modern && object ? accessBetween(onSource, onTarget) : undefined,
  };
  return { features, identities: await identitiesOf(onSource, target, onTargets) };
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

/** What the target evicts by. */
export const evictionOf = (info: Info): 'lru' | 'lfu' | undefined =>
  /lru|lfu/.exec(info.get('maxmemory_policy') ?? '')?.[0] as 'lru' | 'lfu' | undefined;

/** Whether it knows `RESTORE ... ABSTTL`. */
export const knowsAbsttl = (target: Info): boolean => commandLevel(target) >= absttlSince;
