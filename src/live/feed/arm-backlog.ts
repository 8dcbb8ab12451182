import { setTimeout as sleep } from 'node:timers/promises';
import { ownPrefix } from '../../contract/own-prefix.js';
import { RespConnection } from '../../resp/connection.js';
import { refused, unreachable } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import type { Endpoint } from '../../server/endpoint.js';
import { type Info, infoNumber, parseInfo } from '../../server/info.js';
import type { TargetPlace } from './mark.js';

const name = 'redis-migration-arm';
const probeKey = `${ownPrefix}way-back`;
const armTimeoutMs = 10_000;

/**
 * Has the target keep its stream of writes, so that it can be followed from the place that is returned without a full
 * resync: to be called before the fence, while nobody but the migration writes to it. A server that never had a replica
 * keeps nothing; one that begins to attach and goes away before the fork leaves it keeping. What the target writes
 * itself between the place and the promotion is read for the database that it selects only.
 * @throws MigrationError Unreachable, PermissionMissing, AuthenticationFailed, CommandRefused, ...
 */
export async function armBacklog(target: Endpoint): Promise<TargetPlace> {
  const connection = await RespConnection.open(target, { name });
  try {
    if (!isKept(await replicationOf(connection))) await attachAndDrop(connection);
    return await selectForSure(connection);
  } finally {
    connection.close();
  }
}

async function attachAndDrop(connection: RespConnection): Promise<void> {
  const { endpoint } = connection;
  const replica = await RespConnection.open(endpoint, { name });
  const attempt: { error?: unknown } = {};
  try {
    // With EOF marks the server takes its snapshot for the socket, and waits `repl-diskless-sync-delay` before it.
    await replica.pipeline([['REPLCONF', 'capa', 'eof', 'capa', 'psync2']]);
    replica.command('PSYNC', '?', -1).catch(error => {
      attempt.error = error;
    });
    for (const end = performance.now() + armTimeoutMs; !isKept(await replicationOf(connection)); await sleep(5)) {
      if (attempt.error instanceof RespError) throw refused(endpoint, 'PSYNC', attempt.error);
      if (performance.now() > end) throw unreachable(endpoint, new Error('PSYNC made it keep no backlog'));
    }
  } finally {
    replica.close();
  }
}

/**
 * Where a stream is, and behind that which database is selected, which a stream that is gone on with doesn't say again: by
 * writes in two databases of a key that is gone at once. (A server of one database refuses the other: then there is no
 * doubt.) To be run in one transaction, whose first answer `placeIn` reads.
 */
export const markPlace: (string | number)[][] = [
  ['INFO', 'replication'],
  ...[1, 0].flatMap(db => [
    ['SELECT', db],
    ['SET', probeKey, ''],
    ['DEL', probeKey],
  ]),
];

async function selectForSure(connection: RespConnection): Promise<TargetPlace> {
  const replies = await connection.pipeline([['MULTI'], ...markPlace, ['EXEC']]);
  const executed = replies.at(-1);
  const results = Array.isArray(executed) ? executed.filter((_, index) => index !== 1) : [];
  const error = [...replies, ...results].find(reply => reply instanceof RespError);
  if (error instanceof RespError) throw refused(connection.endpoint, 'a write of its own', error);
  return placeIn(parseInfo(String(results[0])));
}

export const replicationOf = async (connection: RespConnection): Promise<Info> =>
  parseInfo(String(await connection.command('INFO', 'replication')));

export const isKept = (info: Info): boolean => infoNumber(info, 'repl_backlog_active') === 1;

export const placeIn = (info: Info): TargetPlace => ({
  replicationId: info.get('master_replid') ?? '',
  offset: infoNumber(info, 'master_repl_offset'),
  db: 0,
});
