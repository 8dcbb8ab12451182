import type { RedisServer } from './redis.js';
import { waitFor } from './wait-for.js';

/** Makes one server a replica of the other, and waits until it holds everything and the link is up. */
export async function replicate({ from, to, timeoutMs = 60_000 }: ReplicateOptions): Promise<void> {
  if (from.password !== undefined) await to.cli('CONFIG', 'SET', 'masterauth', from.password);
  await to.cli('REPLICAOF', from.host, String(from.port));
  await untilInSync({ to, timeoutMs });
  const line = new RegExp(`port=${to.port},state=online`);
  await waitFor(async () => Object.values(await from.info('replication')).some(value => line.test(value)), {
    what: `${from.address} to count its replica ${to.address}`,
    timeoutMs,
  });
}

export interface ReplicateOptions {
  from: RedisServer;
  to: RedisServer;
  /** @default 60000 */
  timeoutMs?: number;
}

/** Waits until the link of a replica is up, its first sync done. */
export async function untilInSync({ to, timeoutMs = 60_000 }: Omit<ReplicateOptions, 'from'>): Promise<void> {
  await waitFor(() => to.info('replication'), {
    what: `${to.address} to be a replica in sync`,
    timeoutMs,
    until: ({ role, master_link_status: link }) => role === 'slave' && link === 'up',
  });
}
