import type { CheckName } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import type { MigrationPlan } from '../contract/plan.js';
import { keysInTheWay } from '../keys/keys-in-the-way.js';
import { Selection } from '../selection/selection.js';
import { commandLevel } from '../server/info.js';
import { type CheckContext, counted, Place } from './check.js';
import { followingCommands, replconf } from './following.js';
import { failuresOf, sentences } from './obstacles-to-replication.js';
import { userOf } from './permissions.js';
import { tryCommands } from './try-commands.js';

const decisive: readonly CheckName[] = ['managed-service', 'cluster-mode', 'versions', 'databases', 'stream-commands'];

/** A sentence, or several; null: it is possible. Where PSYNC is not, nothing else is looked at. */
export async function obstaclesToLive(context: CheckContext): Promise<string | null> {
  const asked = askedFor(context.plan);
  if (asked !== '') return asked;
  const refused = await refusedToFollow(context);
  if (refused !== null) return refused;
  const failures = await failuresOf(context, 'live', decisive);
  if (failures.length > 0) return sentences(failures);
  return context.plan.onConflict === 'fail' ? conflicts(context) : null;
}

function askedFor({ filter, onConflict, verification, cutover: { fence } }: MigrationPlan): string {
  const given = [
    onConflict === 'skip' ? 'onConflict "skip"' : '',
    verification.repair ? 'verification.repair' : '',
    fence === 'none' || fence === 'whole-copy' ? `cutover.fence "${fence}"` : '',
  ].filter(name => name !== '');
  if (given.length > 0) return `the input asks for ${given.join(', ')}, which is for copies.`;
  if (filter === null || fence !== 'auto') return '';
  return 'its cutover would stop the writes to all of the source, keys that filter leaves out included (cutover.fence "park" consents to that).';
}

/** Tried, and not done. */
async function refusedToFollow({ source, sourceInfo }: CheckContext): Promise<string | null> {
  try {
    const verdicts = await tryCommands(source, commandLevel(sourceInfo), [replconf]);
    const lacking = followingCommands.map(({ rule }) => rule).filter(rule => verdicts.get(rule) !== 'allowed');
    if (lacking.length === 0) return null;
    const names = lacking.join(' and ').toUpperCase();
    if (lacking.some(rule => verdicts.get(rule) === 'unknown')) return `${Place(source)} doesn't know ${names}.`;
    const rules = lacking.map(rule => `+${rule}`).join(' ');
    return `the user ${userOf(source)} may not run ${names} on the source (ACL SETUSER ${userOf(source)} ${rules} lets one).`;
  } catch (error) {
    if (error instanceof MigrationError && error.type === 'PreflightFailed') return error.message;
    throw error;
  }
}

/** A copy looks at each key by its name, a stream of writes can't. */
async function conflicts({ plan, target }: CheckContext): Promise<string | null> {
  const keys = await keysInTheWay(target, Selection.of(plan));
  if (keys === 0) return null;
  return `${Place(target)} has ${counted(keys, 'key')} in the databases that are to be filled, and onConflict is "fail" (empty them, or give "replace").`;
}
