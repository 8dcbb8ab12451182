import { setTimeout as sleep } from 'node:timers/promises';
import { type NodeLayout, readLayout } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import type { ClusterKeyspace } from './cluster-keyspace.js';

/** How long a node may be out of reach: a failover takes some seconds. */
export const patienceMs = 20_000;
export const waitMs = 100;

/** What the primaries say, once all of them can be asked. @throws MigrationError as `readLayout` */
export async function layoutOf({ router }: ClusterKeyspace): Promise<NodeLayout[]> {
  for (const end = performance.now() + patienceMs; ; await sleep(waitMs)) {
    try {
      return await readLayout(await router.primaries());
    } catch (error) {
      const passing = error instanceof MigrationError && error.type === 'Unreachable';
      if (!passing || router.closed || performance.now() > end) throw error;
    }
    await router.refresh();
  }
}
