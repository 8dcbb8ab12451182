import type { CheckResult } from '../contract/checks.js';
import { parseReplication } from '../replication/state.js';
import { type Check, type CheckContext, counted, listed, resultsOf } from './check.js';
import { type ReplicaLine, readReplicas } from './replica-lines.js';

const { pass, warning } = resultsOf('replicas');

/** Replicas stay with their master: the source's follow the target through it, the target's take part in the sync. */
export const replicas: Check = async context => [onSource(context), onTarget(context)];

function onSource({ sourceInfo, targetInfo }: CheckContext): CheckResult {
  const target = parseReplication(targetInfo);
  const isOurs = target.role === 'replica' && target.replid === sourceInfo.get('master_replid') ? 1 : 0;
  const others = readReplicas(sourceInfo);
  if (others.length <= isOurs) return pass('source', 'The source has no replicas of its own.');
  return warning(
    'source',
    `The source has ${counted(others.length - isOurs, 'replica')} of its own (among ${named(others)}). After the cutover they follow the target through the old source, and stop when that ends.`,
    'After the cutover, point them to the target: REPLICAOF HOST PORT on each. Readers of theirs notice nothing.',
  );
}

function onTarget({ targetInfo }: CheckContext): CheckResult {
  const own = readReplicas(targetInfo);
  if (own.length === 0) return pass('target', 'The target has no replicas of its own.');
  const behind = own.filter(({ online, lag }) => !online || lag > mostLagSeconds);
  if (behind.length === 0) return pass('target', `The target's own replicas are in sync: ${named(own)}.`);
  return warning(
    'target',
    `${counted(behind.length, 'replica')} of the target ${behind.length === 1 ? 'is' : 'are'} not in sync: ${named(behind)}.`,
    'Bring them back before the cutover, or detach them.',
  );
}

const mostLagSeconds = 10;
const named = (lines: readonly ReplicaLine[]): string => listed(lines.map(({ address }) => address));
