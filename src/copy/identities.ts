import { type Keyspace, primariesOf } from '../keyspace/index.js';
import { addressOf } from '../server/endpoint.js';
import type { Info } from '../server/info.js';

/** What the servers say of themselves, as far as a checkpoint depends on it. */
export interface Identities {
  /** `run_id` of the server that is scanned. */
  sourceRunId: string;
  /** `run_id` of the target; of a cluster the addresses and run ids of all primaries. */
  targetRunId: string;
  /** Another process at the target's address is one that restarted with an append-only file. */
  targetKeepsWrites: boolean;
  /** Primaries of a cluster that restart without their last seconds or all they had, as in `targetRunId`. @default none */
  forgetful?: readonly string[];
}

/** @param onTarget of each server that has keys */
export async function identitiesOf(onSource: Info, target: Keyspace, onTarget: readonly Info[]): Promise<Identities> {
  const sourceRunId = onSource.get('run_id') ?? '';
  const primaries = await primariesOf(target);
  if (primaries[0] === target) return { sourceRunId, ...targetIdentity(onTarget[0] as Info) };
  const processes = primaries.map(({ endpoint }, n) => processAt(addressOf(endpoint), onTarget[n] as Info));
  return {
    sourceRunId,
    targetRunId: [...processes].sort().join(' '),
    targetKeepsWrites: true,
    forgetful: processes.filter((_, n) => onTarget[n]?.get('aof_enabled') !== '1'),
  };
}

/** A replica that was promoted has had an id before its own; it may lack more than the last seconds. */
export function targetIdentity(target: Info): Omit<Identities, 'sourceRunId'> {
  const promoted = /[^0]/.test(target.get('master_replid2') ?? '0');
  return {
    targetRunId: target.get('run_id') ?? '',
    targetKeepsWrites: target.get('aof_enabled') === '1' && !promoted,
  };
}

/** Which process serves at an address. */
export const processAt = (address: string, info: Info): string => `${address}#${info.get('run_id')?.slice(0, 8)}`;

/**
 * Whether a target that isn't what it was has all but the last seconds of what it took. In a cluster a replica takes over
 * with that; a primary that restarted at its address without an append-only file may have lost everything.
 */
export function hasKeptWrites(before: string, { targetKeepsWrites, forgetful = [] }: Identities): boolean {
  const processes = before.split(' ');
  const restarted = (one: string): boolean =>
    !processes.includes(one) && processes.some(other => other.split('#')[0] === one.split('#')[0]);
  return targetKeepsWrites && !forgetful.some(restarted);
}
