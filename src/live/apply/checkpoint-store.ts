import { MigrationError } from '../../contract/errors.js';
import type { RespConnection } from '../../resp/connection.js';
import type { Arg } from '../../resp/encode.js';
import { nameOf, refused } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { type Checkpoint, checkpointKey, type FetchedKey, fetchedKey } from '../checkpoint.js';

/** The checkpoint as it is kept, without the keys of the future, which are beside it. */
export const checkpointText = ({ fetched, ...checkpoint }: Checkpoint): string => JSON.stringify(checkpoint);

/** What a key of the future is called in its hash: `<db>:<its name>`. */
export const fieldOf = (db: number, key: Buffer): Buffer => Buffer.concat([Buffer.from(`${db}:`), key]);

/**
 * What a migration is at; null: nothing was begun on this target. @param connection in database 0
 * @throws MigrationError when the target refuses, or when what is kept there is of another format
 */
export async function readCheckpoint(connection: RespConnection, workflowId: string): Promise<Checkpoint | null> {
  const [text, fields] = await transaction(connection, [
    ['GET', checkpointKey(workflowId)],
    ['HGETALL', fetchedKey(workflowId)],
  ]);
  if (!Buffer.isBuffer(text)) return null;
  const read = parse(text.toString());
  if (read?.format === 1) return { ...read, fetched: fetchedIn(fields as Buffer[], read.offset) };
  throw new MigrationError(
    'Unexpected',
    `${nameOf(connection.endpoint)}: the checkpoint at ${checkpointKey(workflowId)} is of another version, or damaged`,
    { remedy: 'Go on with the version that began this migration; or abort it, and start again.' },
  );
}

/** Writes it as it is, outside of any batch: at the beginning, and around a snapshot. @throws MigrationError */
export async function writeCheckpoint(
  connection: RespConnection,
  workflowId: string,
  checkpoint: Checkpoint,
): Promise<void> {
  const beside = fetchedKey(workflowId);
  const fields = checkpoint.fetched.flatMap(({ db, key, until }) => [fieldOf(db, Buffer.from(key, 'base64')), until]);
  await transaction(connection, [
    ['DEL', beside],
    ...(fields.length > 0 ? [['HSET', beside, ...fields]] : []),
    ['SET', checkpointKey(workflowId), checkpointText(checkpoint)],
  ]);
}

/** Nothing of it is left. @throws MigrationError */
export async function removeCheckpoint(connection: RespConnection, workflowId: string): Promise<void> {
  await transaction(connection, [['DEL', checkpointKey(workflowId), fetchedKey(workflowId)]]);
}

/** Where a source is: the beginning of a stream. */
export type Position = Pick<Checkpoint, 'replicationId' | 'offset' | 'db' | 'arrivedAt'>;

/** The checkpoint of a snapshot that is about to be applied; the stream goes on from its position. */
export const beginSnapshot = (
  position: Position,
  name: string,
  expiryShiftMs: number,
  anew: Checkpoint['anew'] = null,
): Checkpoint => ({
  format: 1,
  replicationId: position.replicationId,
  offset: position.offset,
  db: position.db,
  arrivedAt: position.arrivedAt,
  snapshot: { name, cursor: '' },
  expiryShiftMs,
  checked: position.offset,
  checkedDb: position.db,
  fetched: [],
  ...(anew && { anew }),
});

/** The snapshot is all there. */
export const endSnapshot = (checkpoint: Checkpoint): Checkpoint => ({ ...checkpoint, snapshot: null });

async function transaction(connection: RespConnection, commands: readonly (readonly Arg[])[]): Promise<Reply[]> {
  const replies = await connection.pipeline([['MULTI'], ...commands, ['EXEC']]);
  const results = replies.at(-1);
  for (const reply of [...replies, ...(Array.isArray(results) ? results : [])])
    if (reply instanceof RespError)
      throw refused(connection.endpoint, 'the reading or writing of the checkpoint', reply);
  return results as Reply[];
}

function parse(text: string): Checkpoint | undefined {
  try {
    return JSON.parse(text) as Checkpoint;
  } catch {
    return undefined;
  }
}

function fetchedIn(fields: readonly Buffer[], offset: number): FetchedKey[] {
  const fetched: FetchedKey[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const field = fields[at] as Buffer;
    const colon = field.indexOf(':');
    const until = Number(String(fields[at + 1]));
    const key = field.subarray(colon + 1).toString('base64');
    if (until > offset) fetched.push({ db: Number(field.toString('latin1', 0, colon)), key, until });
  }
  return fetched.sort((one, other) => one.until - other.until);
}
