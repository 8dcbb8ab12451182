import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { SnapshotPlan, SnapshotResult } from '../src/contract/snapshot.js';
import { writeSnapshot } from '../src/rdb/file/write-snapshot.js';
import { addressOf } from '../src/server/endpoint.js';
import { resolveEndpoint } from '../src/server/resolve.js';
import { attemptsName } from './apply-snapshot.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';

/** Takes a snapshot of the source into a file on this machine. Each attempt begins anew. */
export const takeSnapshot =
  (deps: ActivityDeps) =>
  async ({ source, file }: SnapshotPlan): Promise<SnapshotResult> => {
    const { cancellationSignal: signal } = Context.current();
    const endpoint = await resolveEndpoint('source', source, deps.secrets);
    const pulse = startPulse(toHeartbeat(0));
    const onBytes = (bytes: number) => pulse.show(() => toHeartbeat(bytes));
    const taking = writeSnapshot(endpoint, deps.snapshots, file, { signal, onBytes, owner: attemptsName() });
    const { file: place, bytes, header } = await taking.finally(pulse.stop);
    return {
      file: place,
      worker: hostname(),
      bytes,
      rdbVersion: header.version,
      server: addressOf(endpoint),
      at: new Date().toISOString(),
    };
  };

const toHeartbeat = (bytes: number) => ({ detail: `snapshot: ${bytes} bytes so far`, bytes });
