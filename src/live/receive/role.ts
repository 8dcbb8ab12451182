import { MigrationError } from '../../contract/errors.js';
import { nameOf } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { addressOf, type Endpoint } from '../../server/endpoint.js';

/** What a source says of itself by ROLE; `unknown` when the user may not ask. */
export type SourceRole = 'primary' | 'unknown' | { replicaOf: { host: string; port: number } };

/** The source follows another server now, and can't go on with the stream. */
export class SourceDemoted extends MigrationError {
  constructor(
    endpoint: Endpoint,
    /** Whom it follows. */
    readonly primary: { host: string; port: number },
  ) {
    super('SourceChanged', `${nameOf(endpoint)} is a replica of ${addressOf(primary)} now.`, {
      remedy: `Make it the primary again, then send 'retry'. Or 'abort', and start a migration from ${addressOf(primary)}.`,
    });
  }
}

export function roleIn(reply: Reply): SourceRole {
  if (reply instanceof RespError || !Array.isArray(reply)) return 'unknown';
  const [role, host, port] = reply;
  if (String(role) === 'master') return 'primary';
  return String(role) === 'slave' ? { replicaOf: { host: String(host), port: Number(port) } } : 'unknown';
}

/** The stream comes from there, through the source: nothing is sent to an address that a server names. */
export const followingThrough = (primary: { host: string; port: number }): string =>
  `The source was demoted; following ${addressOf(primary)} through it.`;
