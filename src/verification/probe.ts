import { ownPrefix } from '../contract/own-prefix.js';
import type { Keyspace } from '../keyspace/index.js';
import type { Arg } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';

/** What both servers can be asked for. */
export interface Features {
  /** PEXPIRETIME since 7.0: absolute, so equal on both sides. PTTL moves while one asks. */
  expiryCommand: 'PEXPIRETIME' | 'PTTL';
  /** Whether the target tells how much memory a key takes (MEMORY USAGE since 4.0): it is asked before a DUMP. */
  weighing: boolean;
  /** Whether both know HPEXPIRETIME. */
  fieldExpiry: boolean;
}

const key = `${ownPrefix}probe`;
const probes: Arg[][] = [
  ['PEXPIRETIME', key],
  ['MEMORY', 'USAGE', key],
  ['HPEXPIRETIME', key, 'FIELDS', 1, 'field'],
  ['DUMP', key],
  ['EXISTS', key],
  ['TYPE', key],
];
const needed = probes.slice(3);

/** Tries each command on a key that isn't there. @throws MigrationError PermissionMissing when one of the needed is denied */
export async function probe(source: Keyspace, target: Keyspace): Promise<Features> {
  const [onSource, onTarget] = await Promise.all([tryAll(source), tryAll(target)]);
  const both = (name: string): boolean => onSource.has(name) && onTarget.has(name);
  return {
    expiryCommand: both('PEXPIRETIME') ? 'PEXPIRETIME' : 'PTTL',
    weighing: onTarget.has('MEMORY'),
    fieldExpiry: both('HPEXPIRETIME'),
  };
}

async function tryAll(connection: Keyspace): Promise<Set<string>> {
  const replies = await connection.pipeline(probes);
  const known = new Set<string>();
  for (const [index, reply] of replies.entries()) {
    const command = probes[index] as Arg[];
    if (!(reply instanceof RespError)) known.add(String(command[0]));
    else if (needed.includes(command)) throw refused(connection.endpoint, String(command[0]), reply);
  }
  return known;
}
