import { infoOf } from '../../keys/info-of.js';
import { everything, ScanFeed } from '../../keys/scan-feed.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { RespConnection } from '../../resp/connection.js';
import { appendBulk } from '../../resp/encode.js';
import { refused } from '../../resp/failure.js';
import { firstError } from '../../resp/first-error.js';
import { RespError } from '../../resp/reply.js';
import { isOwnKey } from '../../selection/own-keys.js';
import type { Selection } from '../../selection/selection.js';
import { keysByDatabase } from '../../server/info.js';
import type { Ahead, TargetServer } from '../stream/index.js';

const keysAPage = 1000;

export interface Sweep {
  /** The source's database; null: all that are selected. */
  db: number | null;
  selection: Selection;
  /** What stays: keys that the target has from after the flush. */
  ahead: Ahead;
  /** Of the command that flushed. */
  offset: number;
}

/**
 * Removes from the target what a flush of the source has removed: the selected keys only. Done again, nothing changes,
 * as long as nothing behind the flush was applied. @throws MigrationError
 */
export async function sweepDatabases(connection: RespConnection, server: TargetServer, sweep: Sweep): Promise<void> {
  const existing = [...keysByDatabase(await infoOf(connection)).keys()];
  for (const targetDb of existing) {
    const db = sweep.selection.sourceDatabase(targetDb);
    if (db === null || (sweep.db !== null && sweep.db !== db)) continue;
    await sweepDatabase(connection, server, { ...sweep, db, targetDb });
  }
}

async function sweepDatabase(
  connection: RespConnection,
  server: TargetServer,
  { db, targetDb, selection, ahead, offset }: Sweep & { db: number; targetDb: number },
): Promise<void> {
  const [selected] = await connection.pipeline([['SELECT', targetDb]]);
  if (selected instanceof RespError) throw refused(connection.endpoint, 'SELECT', selected);
  const accepts = (bytes: Uint8Array, from: number, to: number): boolean => {
    if (isOwnKey(bytes, from, to)) return false;
    const names = selection.sourceKeys(Buffer.from(bytes.subarray(from, to)));
    return names.length > 0 && !names.some(name => ahead.has(db, name, 0, name.length, offset));
  };
  const feed = new ScanFeed(connection, { cursor: '0', count: () => keysAPage, accepts, range: everything });
  const remove = server.commands.has('UNLINK') ? 'UNLINK' : 'DEL';
  const [request, replies] = [new ByteBuilder(), new ByteBuilder()];
  for (let page = await feed.next(); page; page = await feed.next()) {
    if (page.keys.count > 0) {
      appendBulk(request.clear().appendText(`*${page.keys.count + 1}\r\n`), remove);
      page.keys.appendKeysTo(request);
      const { errors } = await connection.rawBytes(request.view(), 1, replies.clear());
      if (errors > 0) throw refused(connection.endpoint, remove, firstError(replies.view()));
    }
    feed.recycle(page);
  }
}
