import type { FenceChoice, Method } from './input.js';

/** What can be said of a method without connecting to a server. */
export interface MethodTraits {
  /** It copies keys one by one, without a stream of changes: what is written meanwhile needs a fence or a delta pass. */
  copies: boolean;
  /** The target's whole dataset is replaced. */
  replaces: boolean;
  /** The fences that it can be cut over with; `auto` means the first. */
  fences: readonly FenceChoice[];
}

const copy: MethodTraits = { copies: true, replaces: false, fences: ['none', 'park', 'whole-copy'] };

export const methodTraits: Record<Method, MethodTraits> = {
  replication: { copies: false, replaces: true, fences: ['park', 'min-replicas'] },
  live: { copies: false, replaces: false, fences: ['park', 'min-replicas'] },
  'dump-restore': copy,
  // Fenced, the source is a replica without its master: it refuses MIGRATE, and gives nobody a snapshot. What is left to
  // copy inside the fence goes through the worker.
  migrate: { ...copy, fences: ['none', 'park'] },
  rdb: { ...copy, fences: ['none', 'park'] },
  'redis-shake': { copies: false, replaces: false, fences: ['park', 'acl', 'min-replicas', 'whole-copy', 'none'] },
};

/** An undecided `auto` counts as replication, which is what it becomes wherever that is possible. */
export const copies = (method: Method | 'auto'): boolean => method !== 'auto' && methodTraits[method].copies;

/** The target becomes a replica of the source; with every other method it stays a master. */
export const replicates = (method: Method | 'auto'): boolean => method === 'auto' || methodTraits[method].replaces;

/** What may be given as `cutover.fence`. */
export const fencesOf = (method: Method): FenceChoice[] => ['auto', ...methodTraits[method].fences];
