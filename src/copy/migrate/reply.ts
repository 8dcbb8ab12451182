import { MigrationError } from '../../contract/errors.js';
import { nameOf, refused, withoutArguments } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { addressOf, type Endpoint } from '../../server/endpoint.js';

/** The source does not reach the target, or lost it in the middle. What it was sending may have arrived. */
export class PeerUnreachable extends MigrationError {
  constructor(source: Endpoint, address: { host: string; port: number }, words: string) {
    const target = addressOf(address);
    super('Unreachable', `${nameOf(source)} does not reach the target at ${target}: ${words}`, {
      remedy: `Make ${target} reachable from the source's host (firewall, bind, protected-mode), or say with target.addressForPeer where the source finds the target; then send 'retry'.`,
    });
  }
}

/** Who is asked to send, and where to. */
export interface Way {
  source: Endpoint;
  target: Endpoint;
  address: { host: string; port: number };
}

const fromTarget = /^ERR Target instance replied with error: /;

/**
 * What came of the keys of one call. `none`: the source had none of the keys any more. `refused`: the target has not taken some of
 * the keys, for their own sake (it has them already, or can't read them), and all the others.
 */
export type Answer = 'sent' | 'none' | 'refused';

/**
 * Reads what MIGRATE answered. https://redis.io/docs/latest/commands/migrate/
 * @throws MigrationError what either server refused as a whole; PeerUnreachable
 */
export function judgeReply(reply: Reply | undefined, { source, target, address }: Way): Answer {
  if (!(reply instanceof RespError)) return reply === 'NOKEY' ? 'none' : 'sent';
  if (fromTarget.test(reply.message)) return judgeTarget(target, new RespError(reply.message.replace(fromTarget, '')));
  const error = withoutArguments(reply);
  if (error.code === 'IOERR' || /^ERR Can't connect to target node/.test(error.message))
    throw new PeerUnreachable(source, address, error.message);
  if (error.code === 'READONLY') throw replicaAsSource(source, error);
  throw refused(source, 'MIGRATE', error);
}

function judgeTarget(target: Endpoint, error: RespError): 'refused' {
  if (error.code === 'BUSYKEY' || /Bad data format|DUMP payload version or checksum/i.test(error.message))
    return 'refused';
  if (/\bAUTH\b/.test(error.message)) throw refused(target, 'AUTH', new RespError('WRONGPASS'));
  throw refused(target, 'RESTORE', error);
}

const replicaAsSource = (source: Endpoint, error: RespError): MigrationError =>
  new MigrationError('WritesRefused', `${nameOf(source)} refused MIGRATE: ${error.message}`, {
    remedy:
      "MIGRATE counts as a write, so that a replica refuses it. Give the master as the source, or take method dump-restore: 'abort', and start again. A source that was parked: REPLICAOF NO ONE, then 'retry'.",
  });
