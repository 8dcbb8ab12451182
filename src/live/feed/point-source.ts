import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Held } from '../../cutover/epoch.js';
import { promotedKey } from '../../cutover/marker.js';
import { applySettings } from '../../replication/settings.js';
import { readReplication } from '../../replication/state.js';
import { dial } from '../../resp/socket.js';
import type { Endpoint } from '../../server/endpoint.js';
import { WayBackLost } from './way-back-lost.js';

/** Where a worker can be reached by the servers: its configuration. */
export interface FeedSettings {
  /** `REDIS_MIGRATION_FEED_HOST`. @default null: the address by which the worker reaches the source */
  host: string | null;
  /** `REDIS_MIGRATION_FEED_PORT`. @default 0: any that is free */
  port: number;
}

export interface Route {
  /** What the source is told. */
  host: string;
  /** What the worker listens on. */
  listen: string;
  /** By which the source shows that it is the one; new each time. */
  password: string;
}

const dialTimeoutMs = 5000;

/** The address of this worker as the source sees it. @throws MigrationError Unreachable */
export async function routeTo(source: Endpoint, { host }: FeedSettings): Promise<Route> {
  const password = randomBytes(24).toString('hex');
  if (host !== null) return { host, listen: isIP(host) === 6 ? '::' : '0.0.0.0', password };
  const socket = await dial(source, () => {}, dialTimeoutMs);
  const local = socket.localAddress ?? '127.0.0.1';
  socket.destroy();
  await once(socket, 'close');
  return { host: local, listen: local, password };
}

/**
 * Has the parked source follow the worker. A source that was promoted again is left alone, also by an attempt that comes
 * late: the mark of that is watched. @throws WayBackLost: the source takes writes
 */
export async function pointSource(
  { critical, runId }: Held,
  { host, port }: { host: string; port: number },
  password: string,
): Promise<void> {
  await critical.call('WATCH', promotedKey);
  const [{ role }, mark] = [await readReplication(critical, runId), await critical.call('GET', promotedKey)];
  if (role !== 'replica' || mark !== null) throw new WayBackLost('the old source takes writes of its own');
  await applySettings(critical, { masteruser: '', masterauth: password, 'tls-replication': 'no' });
  await critical.transaction([['REPLICAOF', host, port]]);
}
