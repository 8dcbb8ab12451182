import { ownPrefix } from '../../contract/own-prefix.js';
import type { RespConnection } from '../../resp/connection.js';
import type { Arg } from '../../resp/encode.js';
import { RespError } from '../../resp/reply.js';

/** What a server can be asked for beyond Redis 5.0. */
export interface Abilities {
  /** PEXPIRETIME; the counters of streams and of their groups came with it, in 7.0. */
  absoluteTimes: boolean;
  /** HPEXPIRETIME and HPEXPIREAT: Redis 7.4, Valkey 9. */
  fieldExpiry: boolean;
  /** XGROUP CREATECONSUMER: 6.2. */
  createConsumer: boolean;
}

const key = `${ownPrefix}probe`;
const probes = {
  absoluteTimes: ['PEXPIRETIME', key],
  fieldExpiry: ['HPEXPIRETIME', key, 'FIELDS', 1, 'field'],
  // Of the same version; of subcommands nothing is heard as long as there is no such key.
  createConsumer: ['XAUTOCLAIM', key, 'group', 'consumer', 0, 0],
} satisfies Record<keyof Abilities, Arg[]>;

const asked = new WeakMap<RespConnection, Promise<Abilities>>();

/** Tries each command on a key that isn't there, once a connection. One that is denied or redirected is known all the same. */
export function abilities(connection: RespConnection): Promise<Abilities> {
  const answer = asked.get(connection) ?? ask(connection);
  asked.set(connection, answer);
  return answer;
}

async function ask(connection: RespConnection): Promise<Abilities> {
  const replies = await connection.pipeline(Object.values(probes));
  const known = (reply: unknown): boolean => !(reply instanceof RespError && /unknown|syntax/i.test(reply.message));
  return Object.fromEntries(
    Object.keys(probes).map((name, index) => [name, known(replies[index])]),
  ) as unknown as Abilities;
}
