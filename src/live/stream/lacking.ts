import { keyless } from './keyless.js';
import { neverSent } from './rewrite/whatever.js';
import { rows } from './table/index.js';

/**
 * What becomes of a command of the stream on a target that lacks it. `unsent`: no stream has it as it is. `otherwise`: it is
 * said in another way, or its keys are fetched. `fetched`: its keys are read from the source. `left-out`: the target can't
 * hold what it is about. `resync`: a fresh snapshot is taken each time. `needed`: nothing goes without.
 */
export type Lack = 'unsent' | 'otherwise' | 'fetched' | 'left-out' | 'resync' | 'needed';

const by: Record<Exclude<Lack, 'fetched'>, readonly string[]> = {
  unsent: ['PING', 'REPLCONF', 'PUBLISH', 'SPUBLISH'],
  otherwise:
    'EXPIRE PEXPIRE EXPIREAT SETEX PSETEX UNLINK LMOVE ZPOPMIN ZPOPMAX HSETEX RESTORE-ASKING FLUSHALL FLUSHDB'.split(
      ' ',
    ),
  'left-out': 'HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST FUNCTION SCRIPT'.split(' '),
  resync: ['SWAPDB'],
  // The checkpoint with what goes beside it, values that are fetched, and expiries, whichever command gives them.
  needed: 'MULTI EXEC SELECT SET DEL HSET HDEL RESTORE PEXPIREAT'.split(' '),
};

const lacks = new Map<string, Lack>(
  Object.entries(by).flatMap(([lack, names]) => names.map(name => [name, lack as Lack] as const)),
);

/** @param name in capitals; null: of a command that is in no table */
export function lackOf(name: string): Lack | null {
  const row = rows.get(name);
  if (row?.rewrite === neverSent) return 'unsent';
  return lacks.get(name) ?? (row || keyless.has(name) ? 'fetched' : null);
}

/** The commands that a source may send. */
export const streamCommands: readonly string[] = [...rows.keys(), ...keyless.keys()];
