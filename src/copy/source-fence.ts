import { MigrationError } from '../contract/errors.js';
import type { Held } from '../cutover/epoch.js';
import { applySettings, type SettingChange } from '../replication/settings.js';
import { isParked, parkingAddress, type ReplicationState, readReplication } from '../replication/state.js';
import type { Server } from '../server/connect.js';
import { addressOf } from '../server/endpoint.js';
import { readRunId } from '../server/info.js';

/** What the source was when it was parked: by this it is proved later that it took no write in between. */
export interface SourceFence {
  runId: string;
  replid: string;
  /** Replication offset. */
  offset: number;
  /** ISO 8601 UTC. */
  at: string;
}

/**
 * Has the source refuse writes (READONLY) until it is lifted, also after a restart where it has a configuration file.
 * Reads go on. Idempotent.
 * @throws MigrationError FenceUnsupported
 */
export async function raiseFence(source: Held): Promise<{ fence: SourceFence; changes: SettingChange[] }> {
  const before = await readReplication(source.critical, source.runId);
  if (before.master !== null && !isParked(before)) throw isReplica(addressOf(before.master));
  const changes = await applySettings(source.critical, { 'replica-read-only': 'yes' });
  if (!isParked(before)) {
    await source.critical.call('REPLICAOF', parkingAddress.host, parkingAddress.port);
    changes.push({ side: 'source', what: 'role', from: 'master', to: 'replica of nobody' });
  }
  await record(source);
  const { runId, replid, offset } = await readReplication(source.critical, source.runId);
  return { fence: { runId, replid, offset, at: new Date().toISOString() }, changes };
}

/** Who writes to its master would not notice the fence. */
const isReplica = (master: string): MigrationError =>
  new MigrationError('FenceUnsupported', `The source is a replica of ${master}: a fence there holds off no writer.`, {
    remedy: 'Choose cutover.fence "none"; or \'abort\', and start again with its master as the source.',
  });

/** The source takes writes again. Idempotent. */
export async function liftFence(source: Held): Promise<void> {
  if (!isParked(await readReplication(source.critical, source.runId))) return;
  await source.critical.call('REPLICAOF', 'NO', 'ONE');
  await record(source);
}

/**
 * Null when the source has taken no write since it was parked: the same process, still parked, with the same id (which
 * a promotion changes) and the same offset. Otherwise why not.
 */
export async function fenceBroken(source: Server, fence: SourceFence): Promise<string | null> {
  return brokenBy(await readReplication(source, await readRunId(source)), fence);
}

export function brokenBy(now: ReplicationState, fence: SourceFence): string | null {
  if (now.runId !== fence.runId) return 'The source has restarted since it was fenced, and may have other data';
  if (!isParked(now)) return 'Somebody has lifted the fence of the source';
  if (now.replid !== fence.replid || now.offset !== fence.offset)
    return 'The source has taken writes since it was fenced';
  return null;
}

/** Its file says so too; a server without one forgets it with its next restart, which `brokenBy` finds out. */
async function record({ critical }: Held): Promise<void> {
  await critical.call('CONFIG', 'REWRITE').catch(() => undefined);
}
