import { setTimeout as sleep } from 'node:timers/promises';
import { readRedirection } from '../cluster/index.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { copyValue } from '../values/copy-value.js';
import { copyValues } from '../values/copy-values.js';
import type { Lane } from './lane.js';
import type { Outcome } from './outcome.js';
import type { Pair } from './pairs.js';

/** How long a slot may be on its way, and how long to wait before it is tried again. */
const patienceMs = 20_000;
const waitMs = 50;

/** Small keys that are copied in one transaction. */
const most = 256;

/**
 * Copies keys of any size by native commands, each in bounded pieces.
 * @throws MigrationError what either server refused; the signal's reason
 */
export async function copyInPieces(lane: Lane, keys: readonly Buffer[], outcome: Outcome): Promise<void> {
  const { request, signal } = lane;
  await share(lane, keys, async (lend, key) => {
    const targetKey = request.selection.targetKey(key);
    const pair = await lend(key, targetKey);
    const done = await copyValue({ ...pair, key, targetKey, replace: replaces(lane), signal });
    outcome.counts[done.outcome]++;
    take(done, done.outcome === 'copied' ? 1 : 0, outcome);
    await lane.pace.bytes.take(done.bytes, signal);
  });
}

/** Copies small keys by native commands, many at once. @throws as `copyInPieces` */
export async function copyByType(lane: Lane, keys: readonly Buffer[], outcome: Outcome): Promise<void> {
  const { request, signal } = lane;
  await share(lane, groupsOf(lane, keys), async (lend, group) => {
    const targetKeys = group.map(key => request.selection.targetKey(key));
    const pair = await lend(group[0] as Buffer, targetKeys[0] as Buffer);
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

/** Keys that can be copied together. */
function groupsOf({ session: { pairs }, request: { selection } }: Lane, keys: readonly Buffer[]): Buffer[][] {
  const open = new Map<string, Buffer[]>();
  const groups: Buffer[][] = [];
  for (const key of keys) {
    const together = pairs.together(key, selection.targetKey(key));
    let group = open.get(together);
    if (!group || group.length === most) {
      group = [];
      open.set(together, group);
      groups.push(group);
    }
    group.push(key);
  }
  return groups;
}

const replaces = ({ request }: Lane): boolean => request.onConflict === 'replace';

function take(done: { unheld: string[]; bytes: number }, copied: number, { counts, unheld }: Outcome): void {
  counts.inPieces += copied;
  counts.bytes += done.bytes;
  unheld.push(...done.unheld);
}

type Lend = (key: Buffer, targetKey: Buffer) => Promise<Pair>;

/**
 * Works on all tasks, several at a time, each with a pair of connections of its own. A slot that moves in the middle of a
 * task has it begin again: transactions can't be redirected.
 */
async function share<Task>(
  { session: { pairs }, signal }: Lane,
  tasks: readonly Task[],
  work: (lend: Lend, task: Task) => Promise<void>,
): Promise<void> {
  await pairs.useAll(tasks, async (lend, task) => {
    let pair: Pair | undefined;
    const following = async (key: Buffer, targetKey: Buffer): Promise<Pair> => {
      pair = await lend(key, targetKey);
      return pair;
    };
    for (const end = performance.now() + patienceMs; ; ) {
      try {
        return await work(following, task);
      } catch (error) {
        if (!(error instanceof RespError)) throw error;
        if (readRedirection(`-${error.message}`) === null || performance.now() > end)
          throw refused((pair as Pair)[error.side ?? 'target'].endpoint, 'a command of the copy in pieces', error);
      }
      await sleep(waitMs, undefined, { signal });
      await pairs.refresh();
    }
  });
}
