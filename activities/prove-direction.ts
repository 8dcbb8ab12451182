import { MigrationError } from '../src/contract/errors.js';
import type { Held } from '../src/cutover/epoch.js';
import { readMarker } from '../src/cutover/marker.js';
import { replicatesFrom } from '../src/cutover/situation.js';
import { type ReplicationState, readReplication } from '../src/replication/state.js';
import type { Scope } from './scope.js';

/**
 * Moving data in the wrong direction wipes newer data, so it is ruled out on the very connections that act.
 * @returns what the target is
 * @throws MigrationError SameServer, WrongDirection
 */
export async function proveDirection(
  { name }: Scope,
  source: Held,
  target: Held,
  targetAddress: { host: string; port: number },
): Promise<ReplicationState> {
  if (source.runId === target.runId) throw new MigrationError('SameServer', 'Source and target are the same server.');
  const from = await readReplication(source.critical, source.runId);
  if (replicatesFrom(from, targetAddress))
    throw new MigrationError('WrongDirection', 'The source is a replica of the target.');
  if (from.role === 'replica') throw new MigrationError('WrongDirection', 'The source is a replica of another server.');
  const to = await readReplication(target.critical, target.runId);
  const [mark, sourceMark] = [await readMarker(target.critical), await readMarker(source.critical)];
  if (to.role === 'master' && mark && JSON.stringify(mark) !== JSON.stringify(sourceMark)) {
    throw new MigrationError(
      'WrongDirection',
      `The target was promoted by the migration ${mark.workflowId === name ? 'itself' : mark.workflowId}.`,
    );
  }
  return to;
}
