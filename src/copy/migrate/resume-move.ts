import { MigrationError } from '../../contract/errors.js';
import { scanAnew } from '../../contract/scan-anew.js';
import { nameOf } from '../../resp/failure.js';
import type { Endpoint } from '../../server/endpoint.js';
import { hasKeptWrites, type Identities } from '../identities.js';
import type { Partition } from '../partition.js';
import { type PartitionProgress, resumeWith } from '../progress.js';

/** Like `resumeWith`, for keys that are no longer on the source: what was moved once stays counted. */
export function resumeMove(last: PartitionProgress, servers: Identities, partition: Partition): PartitionProgress {
  const next = resumeWith(last, servers, partition);
  if (next === last || last.copied === 0) return next;
  const { sourceRunId, targetRunId } = servers;
  const { cursor } = next;
  return { ...scanAnew(last, cursor), sourceRunId, targetRunId };
}

/**
 * @param last where the move was before these servers
 * @throws MigrationError TargetChanged: what was moved may be on neither side
 */
export function assertKeptMoved(last: PartitionProgress, servers: Identities, target: Endpoint): void {
  if (last.copied === 0 || last.targetRunId === servers.targetRunId) return;
  if (hasKeptWrites(last.targetRunId, servers)) return;
  throw new MigrationError(
    'TargetChanged',
    `The ${nameOf(target)} restarted, without an append-only file, while keys were moved to it (migrate.move). What it had not saved is lost, and no longer on the source: ${last.copied} keys of this part of the source had been moved.`,
    {
      remedy:
        "Compare the target's number of keys with what status says was moved, and bring back what it lost, from a backup, before anything else. Then send 'retry', which moves the rest and counts again; or 'abort', which copies back what the target has.",
    },
  );
}
