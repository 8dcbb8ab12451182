import { ApplicationFailure, setCurrentDetails } from '@temporalio/workflow';
import { readSnapshotInput } from '../src/contract/read-snapshot-input.js';
import type { SnapshotResult } from '../src/contract/snapshot.js';
import { code } from '../src/report/escape.js';
import { bytes } from '../src/report/figures.js';
import { snapshotting } from './activities.js';

/**
 * Takes a snapshot of the source into a file on the worker's machine, for people who place it themselves. Its argument is
 * a `SnapshotInput`. Fails with `InvalidInput` at once, or with what the source or the file system refused.
 */
export async function redisSnapshot(input: unknown): Promise<SnapshotResult> {
  const read = readSnapshotInput(input);
  if (read.plan === null)
    throw ApplicationFailure.nonRetryable(read.problems.join('\n'), 'InvalidInput', { problems: read.problems });
  const result = await snapshotting.takeSnapshot(read.plan);
  setCurrentDetails(
    `${code(result.file)} on ${code(result.worker)}: ${bytes(result.bytes)}, RDB version ${result.rdbVersion}`,
  );
  return result;
}
