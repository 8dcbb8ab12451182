import { cutWriters, type Writer } from '../../copy/writers.js';
import { parseMarker, promotedKey } from '../../cutover/marker.js';
import { RespConnection } from '../../resp/connection.js';
import { connect } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { sweepDatabases } from '../apply/sweep.js';
import { serverOf } from '../apply/target.js';
import { type FollowRequest, Promoted } from './request.js';

async function cutEarlierWriters(target: Endpoint, workflowId: string): Promise<void> {
  const server = await connect(target);
  try {
    await cutWriters(server, workflowId);
  } finally {
    server.close();
  }
}

/**
 * A connection that writes to the target, in database 0. Those before it are ended there first, of this attempt as of
 * others: what they sent may still be on its way when their own end has given them up, and must not come behind what this
 * one is about to read. It bears the migration's name before anything else is looked at: who promotes the target marks it
 * first, and then ends all connections of that name.
 * @throws Promoted; MigrationError
 */
export async function openForFeeding(target: Endpoint, workflowId: string, writer: Writer): Promise<RespConnection> {
  // Who is no longer wanted must not end those of who is.
  await writer.admit();
  await cutEarlierWriters(target, workflowId);
  const connection = await RespConnection.open(target, { name: writer.name });
  try {
    await admit(connection, workflowId, writer);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Whether this attempt may still write, by any connection that bears its name already. @throws Promoted; MigrationError */
export async function admit(connection: RespConnection, workflowId: string, writer: Writer): Promise<void> {
  await writer.admit();
  const mark = await connection.command('GET', promotedKey);
  if (mark !== null && parseMarker(String(mark))?.workflowId === workflowId) throw new Promoted();
}

/** A fresh snapshot follows, and what was deleted since the last one must go: all selected keys, where all are ours. */
export async function removeFed(
  connection: RespConnection,
  { targetWasEmpty, selection }: FollowRequest,
): Promise<void> {
  if (!targetWasEmpty) return;
  await sweepDatabases(connection, await serverOf(connection), { db: null, selection, ahead: none, offset: 0 });
  await connection.command('SELECT', 0);
}

const none = { any: () => false, has: () => false, anyIn: () => false };
