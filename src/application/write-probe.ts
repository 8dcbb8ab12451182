import { randomUUID } from 'node:crypto';
import { endpointAt, redirectionIn, withNode } from '../cluster/index.js';
import type { Server } from '../server/connect.js';

/** The migration's own key, in database 0. It expires by itself should the probe die half-way. */
export const checkKey = '__redis-migration:check';
const expiryMs = 30_000;

/** Writes, reads and deletes one key; null when all went well, else what the server said. */
export async function probeWrites(server: Server, tries = 3): Promise<string | null> {
  const token = randomUUID();
  const [set, get, del] = await server.pipeline([
    ['SET', checkKey, token, 'PX', expiryMs],
    ['GET', checkKey],
    ['DEL', checkKey],
  ]);
  const redirection = redirectionIn(set);
  if (redirection && redirection.kind !== 'wait' && tries > 1) {
    const owner = endpointAt(server.endpoint, redirection.host, redirection.port);
    return withNode(owner, node => probeWrites(node, tries - 1));
  }
  if (set instanceof Error) return `a write was refused: ${set.message}`;
  if (get instanceof Error) return `a read was refused: ${get.message}`;
  if (del instanceof Error) return `a deletion was refused: ${del.message}`;
  if (get === token) return null;
  // A second attempt of the same activity may have come in between.
  return tries > 1 ? probeWrites(server, tries - 1) : `${checkKey} was read back with another value than was written`;
}
