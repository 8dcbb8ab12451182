import { removeCheckpoint, sweepExpiries } from '../../../src/live/apply/index.js';
import type { Checkpoint } from '../../../src/live/checkpoint.js';
import { checkpointKey, fetchedKey } from '../../../src/live/checkpoint.js';
import { expiryShiftMs } from '../../../src/live/expiry-shift.js';
import { anybody, endpoint, type Place } from '../../copy/support.js';
import { type Command, type Connection, type RedisServer, waitFor } from '../../lab/index.js';
import { onTarget } from '../apply/following.js';

/** Nothing that is looked at is to expire meanwhile, in ms. */
const lookingMs = 600_000;

/** So that looking doesn't change anything. A key that has expired may still be there, without being shown. */
export async function untilNothingExpires(source: RedisServer): Promise<void> {
  const connection = await source.connect();
  const soon = async () => {
    let count = 0;
    for (const name of Object.keys(await source.info('keyspace')))
      count += await soonIn(connection, Number(name.slice(2)));
    return count;
  };
  await waitFor(soon, { what: 'what expires soon to be gone', until: count => count === 0 });
  connection.close();
}

/** How many keys and fields of a database expire soon, or have expired. */
async function soonIn(connection: Connection, db: number): Promise<number> {
  const [, size, names] = await connection.pipeline([['SELECT', db], ['DBSIZE'], ['KEYS', '*']]);
  const keys = names as Buffer[];
  const left = await connection.pipeline(keys.map(key => ['PTTL', key]));
  const fields = await connection.pipeline(keys.map(key => ['HKEYS', key]));
  const ofHashes = keys.flatMap((key, n): Command[] => {
    const all = fields[n];
    return Array.isArray(all) && all.length > 0 ? [['HPTTL', key, 'FIELDS', all.length, ...(all as Buffer[])]] : [];
  });
  const times = [...left, ...(await connection.pipeline(ofHashes)).flat()];
  const soon = times.filter(time => typeof time === 'number' && time >= 0 && time < lookingMs).length;
  return soon + Number(size) - keys.length;
}

/** What a target that is fed says of it, where it doesn't have all that its source has now; null: it has. */
export async function apart(source: RedisServer, target: RedisServer, workflowId: string): Promise<object | null> {
  const info = await source.info('replication');
  const text = await target.cli('GET', checkpointKey(workflowId));
  const fetched = await target.cli('HLEN', fetchedKey(workflowId));
  const { replicationId, offset, checked, snapshot } = (text ? JSON.parse(text) : {}) as Partial<Checkpoint>;
  const there =
    snapshot === null &&
    replicationId === info.master_replid &&
    Number(offset) >= Number(info.master_repl_offset) &&
    checked === offset &&
    fetched === '0';
  return there ? null : { text, fetched, source: [info.master_replid, info.master_repl_offset] };
}

/** Nothing of whoever fed a target is left there: the expiries are the source's own. */
export async function leave(target: Place, workflowId: string): Promise<void> {
  await onTarget(target, connection => removeCheckpoint(connection, workflowId));
  await sweepExpiries(endpoint('target', target), { shiftMs: expiryShiftMs, writer: anybody });
}
