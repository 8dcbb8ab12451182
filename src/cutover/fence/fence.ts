import { MigrationError } from '../../contract/errors.js';
import type { FenceChoice } from '../../contract/input.js';
import type { Server } from '../../server/connect.js';
import type { WriteConditions } from '../config-file.js';
import { minReplicasFence } from './min-replicas.js';
import { pauseFence } from './pause.js';

/** How writers are held off while the standby catches up. Safety never rests on it: parking does that. */
export interface Fence {
  kind: 'park' | 'min-replicas';
  /** Resolves at the server's reply. */
  raise(primary: Server, forMs: number): Promise<void>;
  lower(primary: Server): Promise<void>;
  /** Commands for the parking transaction that put a fence setting back before the configuration is written. */
  afterParking: string[][];
}

/** `auto`: the pause where the server has one for writes only (6.2 and later), else refusing by `min-replicas-to-write`. */
export function chooseFence(choice: FenceChoice, commandLevel: number, original: WriteConditions): Fence {
  const canPause = commandLevel >= 60_200;
  if (choice === 'min-replicas' || (choice === 'auto' && !canPause)) return minReplicasFence(original);
  if (choice === 'auto' || choice === 'park') {
    if (canPause) return pauseFence;
    throw new MigrationError('FenceUnsupported', 'The fence "park" needs CLIENT PAUSE WRITE (6.2 or later).');
  }
  throw new MigrationError('FenceUnsupported', `The fence "${choice}" is not available for replication.`);
}
