import type { CheckResult } from '../contract/checks.js';
import { countOwnKeys } from '../keys/count-own-keys.js';
import { parseReplication } from '../replication/state.js';
import { keysByDatabase, readInfo, totalKeys } from '../server/info.js';
import { type Check, type CheckContext, counted, Place, resultsOf } from './check.js';

const { pass, warning, refusal } = resultsOf('emptiness');

/** A full sync replaces all that the target has. Keys of the migration itself don't count. */
export const emptiness: Check = async context => {
  const { target, plan } = context;
  if (isReplicaOfSource(context)) return [pass('target', `${Place(target)} is a replica of the source already.`)];
  const info = await readInfo(target, 'keyspace');
  const keys = totalKeys(info) - (await countOwnKeys(target, totalKeys(info)));
  if (keys <= 0) return [pass('target', `${Place(target)} is empty.`)];
  const databases = [...keysByDatabase(info)].map(([number, count]) => `${count} in database ${number}`);
  return [judge(`${Place(target)} has ${counted(keys, 'key')} (${databases.join(', ')})`, plan.target.ifNotEmpty)];
};

function judge(said: string, ifNotEmpty: 'refuse' | 'wipe'): CheckResult {
  if (ifNotEmpty === 'wipe') {
    return warning(
      'target',
      `${said}: all of them will be lost, as target.ifNotEmpty "wipe" consents to.`,
      'Nothing, if that is meant.',
    );
  }
  return refusal(
    'target',
    `${said}: replication would wipe them.`,
    'Empty the target, or give another one; or consent to losing its data with target.ifNotEmpty: "wipe".',
  );
}

/** What it has came from the source, whether the link is up now or not. */
function isReplicaOfSource({ sourceInfo, targetInfo }: CheckContext): boolean {
  const [source, target] = [parseReplication(sourceInfo), parseReplication(targetInfo)];
  return target.role === 'replica' && target.replid !== '' && target.replid === source.replid;
}
