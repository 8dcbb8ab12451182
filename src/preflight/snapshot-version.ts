import { MigrationError } from '../contract/errors.js';
import { footerBytes } from '../rdb/dump-payload.js';
import type { Server } from '../server/connect.js';

const attempts = 5;
/** Of memory: no server is to be stalled for this. */
const mostBytes = 64 << 10;

/** The RDB version that a server writes, by the payload of a small key; null: it has none, or doesn't let it be looked at. */
export async function snapshotVersion(server: Server): Promise<number | null> {
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const key = await server.callBuffer('RANDOMKEY');
      if (!Buffer.isBuffer(key)) return null;
      if (Number(await server.call('MEMORY', 'USAGE', key)) > mostBytes) continue;
      const payload = await server.callBuffer('DUMP', key);
      if (Buffer.isBuffer(payload)) return payload.readUInt16LE(payload.length - footerBytes);
    }
    return null;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** Of the user's rights, or of a command that isn't there: other checks name it. */
const isRefusal = (error: unknown): boolean =>
  error instanceof MigrationError
    ? error.type === 'PermissionMissing'
    : error instanceof Error && error.name === 'ReplyError';
