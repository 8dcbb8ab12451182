import { callOwner, isClusterNode } from '../cluster/index.js';
import { isSameAddress } from '../contract/address.js';
import type { CheckResult } from '../contract/checks.js';
import { copies, replicates } from '../contract/methods.js';
import type { MigrationPlan } from '../contract/plan.js';
import { parseMarker, promotedKey } from '../cutover/marker.js';
import { isParked, parkingAddress, parseReplication, type ReplicationState } from '../replication/state.js';
import { addressOf } from '../server/endpoint.js';
import { type Check, type CheckContext, listed, Place, place, resultsOf } from './check.js';

const { pass, refusal } = resultsOf('direction');

/** Proves that the target isn't the newer one: replicating over it would wipe what was written since its promotion. */
export const direction: Check = async context => [
  judgeSource(context),
  judgeTarget(context) ?? (await judgeMarker(context)),
];

const newer =
  'Nothing is replicated over newer data. Start a migration the other way: with source and target exchanged.';

const otherWay =
  "Nothing is replicated over newer data. Start a migration the other way; or undo the one that did this, with its own input: 'redis-migration undo INPUT.json'.";

function judgeSource(context: CheckContext): CheckResult {
  const state = parseReplication(context.sourceInfo);
  if (isClusterNode(context.sourceInfo)) return pass('source', `${Place(context.source)} is of a cluster.`);
  if (state.master === null) return pass('source', `${Place(context.source)} is a master.`);
  const said = `${Place(context.source)} is a replica`;
  if (isParked(state)) {
    return refusal(
      'source',
      `${said} of nobody: a migration has parked it, and another server may have newer data.`,
      otherWay,
    );
  }
  if (followsTarget(context, state))
    return refusal('source', `${said} of the target: the target is the newer one.`, newer);
  if (onlyReads(context.plan)) return pass('source', `${said}, and is only read.`);
  return refusal(
    'source',
    `${said} of ${listed([addressOf(state.master)])}: it takes no writes of its own, and can't be parked without its master.`,
    'Give its master as the source.',
  );
}

/** A copy without a fence changes nothing on the source, so a replica of it will do. */
const onlyReads = ({ method, cutover: { fence } }: MigrationPlan): boolean =>
  copies(method) && (fence === 'auto' || fence === 'none');

/** The same replication id tells it also where the address is another name. */
function followsTarget({ plan, sourceInfo, targetInfo }: CheckContext, { master, replid }: ReplicationState): boolean {
  const named = [plan.target, plan.target.addressForPeer].some(address => master && isSameAddress(master, address));
  const target = parseReplication(targetInfo);
  return named || (target.role === 'master' && replid !== '' && target.replid === replid && sourceInfo !== targetInfo);
}

/** A replica of a third server would be torn from it. */
function judgeTarget({ plan, target, sourceInfo, targetInfo }: CheckContext): CheckResult | null {
  const { master, replid } = parseReplication(targetInfo);
  // Keys go to its primaries, whichever node it is.
  if (isClusterNode(targetInfo) && copies(plan.method)) return null;
  if (master !== null && !replicates(plan.method)) {
    return refusal(
      'target',
      `${Place(target)} is a replica of ${listed([addressOf(master)])}: it takes no keys.`,
      'Detach it first (REPLICAOF NO ONE), if that is meant; or give its master as the target.',
    );
  }
  if (master === null || replid === sourceInfo.get('master_replid')) return null;
  const expected = [plan.source, plan.source.addressForPeer, parkingAddress];
  if (expected.some(address => isSameAddress(master, address))) return null;
  return refusal(
    'target',
    `${Place(target)} is a replica of ${listed([addressOf(master)])}, which is not the source.`,
    'Detach it first (REPLICAOF NO ONE), if that is meant; or give another target.',
  );
}

async function judgeMarker({ source, target, plan }: CheckContext): Promise<CheckResult> {
  const [there, here] = await Promise.all([target, source].map(server => callOwner(server, 'GET', promotedKey)));
  if (there === null) return pass('target', `${Place(target)} bears no mark of a promotion.`);
  const marker = parseMarker(there);
  const by = marker ? ` by migration ${listed([marker.workflowId])}` : '';
  if (there !== here) {
    return refusal(
      'target',
      `${Place(target)} was promoted${by}, and the source knows nothing of it: the target may have newer data.`,
      `Start a migration the other way; or, when the target's data may go, remove its mark with 'redis-migration undo INPUT.json --forget' and send 'retry'.`,
    );
  }
  const names = [plan.target, plan.target.addressForPeer].map(addressOf);
  if (marker && !names.includes(marker.to)) {
    return pass('target', `${place(target)} has the source's own mark of a promotion, as its replica.`);
  }
  return refusal('target', `${Place(target)} was promoted${by} before, and the source has followed it since.`, newer);
}
