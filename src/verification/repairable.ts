import { viewCluster } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import { promotedKey, readMarker } from '../cutover/marker.js';
import { isParked, parseReplication, type ReplicationState } from '../replication/state.js';
import { nameOf } from '../resp/failure.js';
import type { Server } from '../server/connect.js';
import { readInfo } from '../server/info.js';

const otherWay = 'Exchange source and target, if the target is to be the one that is copied from.';

/**
 * Nothing may be copied over a target that is the newer one, nor beside the engine's own replication.
 * @throws MigrationError SameServer, WrongDirection, WritesRefused
 */
export async function assertRepairable(source: Server, target: Server): Promise<{ source: string; target: string }> {
  const [from, to] = (await Promise.all([source, target].map(stateOf))) as [State, State];
  const refuse = (text: string) => {
    throw new MigrationError('WrongDirection', text, { remedy: otherWay });
  };
  if (from.runId === to.runId) throw new MigrationError('SameServer', 'Source and target are one server.');
  if (to.master && !to.clustered) {
    throw new MigrationError(
      'WritesRefused',
      `${nameOf(target.endpoint)} is a replica: only its master may write to it.`,
      {
        remedy: 'Give a target that is a master, or verify without verification.repair.',
      },
    );
  }
  if (!from.clustered && isParked(from))
    refuse(`${nameOf(source.endpoint)} is parked by a migration: another server may have newer data.`);
  if (from.master && !from.clustered && from.replid === to.replid)
    refuse(`${nameOf(source.endpoint)} is a replica of the target.`);
  const marker = await readMarker(target);
  if (marker)
    refuse(
      `${nameOf(target.endpoint)} was promoted by the migration ${marker.workflowId} (${promotedKey}): it may have newer data.`,
    );
  return { source: from.runId, target: to.runId };
}

type State = ReplicationState & { clustered: boolean };

/** Of a cluster it is the same whichever node was asked. */
async function stateOf(server: Server): Promise<State> {
  const [info, cluster] = await Promise.all([readInfo(server), viewCluster(server)]);
  const state = parseReplication(info);
  return { ...state, runId: cluster?.id ?? state.runId, clustered: cluster !== null };
}
