import { copies, replicates } from '../contract/methods.js';
import type { Side } from './check.js';
import type { NeededCommand, Task } from './needed-commands.js';

export const psync: NeededCommand = { rule: 'psync', words: ['PSYNC', '?', '-1'] };
export const replconf: NeededCommand = { rule: 'replconf', words: ['REPLCONF', 'capa', 'none'] };
/** What a replica says to its master. */
export const followingCommands: readonly NeededCommand[] = [psync, replconf];
export const following = 'by which a worker follows the source as a replica does';
export const noWayBack = 'what is written to the target after the cutover can not be brought back to the old source';

/**
 * The command of a replica: on both sides for replication and its way back, on the source for a snapshot; null: it isn't
 * needed. Tried apart from the others, since it can't be queued everywhere.
 */
export function psyncFor(side: Side, { method }: Task): NeededCommand | null {
  if (replicates(method)) return psync;
  if (method === 'rdb' && side === 'source') return { ...psync, purpose: 'by which the source sends its snapshot' };
  if (copies(method)) return null;
  return side === 'source' ? { ...psync, purpose: following } : { ...psync, without: noWayBack };
}

/** It gets every write of the source, whatever command that is. */
export const takesStream = (side: Side, { method }: Task): boolean => method === 'live' && side === 'target';
/** Grants all of these. */
export const allWrites = '@write';
