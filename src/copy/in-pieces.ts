import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { copyValue } from '../values/copy-value.js';
import { copyValues } from '../values/copy-values.js';
import type { Lane } from './lane.js';
import type { Outcome } from './outcome.js';
import type { Pair } from './pairs.js';

/** Small keys that are copied in one transaction. */
const most = 256;

/**
 * Copies keys of any size by native commands, each in bounded pieces.
 * @throws MigrationError what either server refused; the signal's reason
 */
export async function copyInPieces(lane: Lane, keys: readonly Buffer[], outcome: Outcome): Promise<void> {
  await share(lane, keys, async (pair, key) => {
    const { request, signal } = lane;
    const targetKey = request.selection.targetKey(key);
    const done = await copyValue({ ...pair, key, targetKey, replace: replaces(lane), signal });
    outcome.counts[done.outcome]++;
    take(done, done.outcome === 'copied' ? 1 : 0, outcome);
    await lane.pace.bytes.take(done.bytes, signal);
  });
}

/** Copies small keys by native commands, many at once. @throws as `copyInPieces` */
export async function copyByType(lane: Lane, keys: readonly Buffer[], outcome: Outcome): Promise<void> {
  const groups: Buffer[][] = [];
  for (let at = 0; at < keys.length; at += most) groups.push(keys.slice(at, at + most));
  await share(lane, groups, async (pair, group) => {
    const { request, signal } = lane;
    const targetKeys = group.map(key => request.selection.targetKey(key));
    const done = await copyValues({ ...pair, keys: group, targetKeys, replace: replaces(lane), signal });
    const { counts } = outcome;
    counts.copied += done.copied;
    counts.skipped += done.skipped;
    counts.gone += done.gone;
    counts.busy += done.busy.length;
    take(done, done.copied, outcome);
    await lane.pace.bytes.take(done.bytes, signal);
  });
}

const replaces = ({ request }: Lane): boolean => request.onConflict === 'replace';

function take(done: { unheld: string[]; bytes: number }, copied: number, { counts, unheld }: Outcome): void {
  counts.inPieces += copied;
  counts.bytes += done.bytes;
  unheld.push(...done.unheld);
}

/** Works on all tasks, several at a time, each with a pair of connections of its own. */
async function share<Task>(
  { session }: Lane,
  tasks: readonly Task[],
  work: (pair: Pair, task: Task) => Promise<void>,
): Promise<void> {
  let next = 0;
  await session.pairs.useAll(tasks.length, async pair => {
    for (let task = tasks[next++]; task; task = tasks[next++])
      await work(pair, task).catch(error => {
        if (!(error instanceof RespError)) throw error;
        throw refused(pair[error.side ?? 'target'].endpoint, 'a command of the copy in pieces', error);
      });
  });
}
