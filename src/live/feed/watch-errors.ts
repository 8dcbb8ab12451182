import { setTimeout as sleep } from 'node:timers/promises';
import { infoOf } from '../../keys/info-of.js';
import { RespConnection } from '../../resp/connection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { infoNumber } from '../../server/info.js';

const everyMs = 2000;

/**
 * Looks whether the source refuses commands of its master, which it answers to nobody: it counts them, from 6.2 on. A
 * server that restarts counts anew.
 * @param told how many it has refused since the watch began, if any. Ends with the signal.
 */
export async function watchErrors(source: Endpoint, signal: AbortSignal, told: (count: number) => void): Promise<void> {
  let base: Seen | undefined;
  while (!signal.aborted) {
    const seen = await look(source).catch(() => undefined); // It is down, and will be looked at again.
    if (seen && !base) base = seen;
    if (seen && seen.run !== base?.run) base = { run: seen.run, errors: 0 };
    if (seen && base && seen.errors > base.errors) told(seen.errors - base.errors);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

interface Seen {
  run: string;
  errors: number;
}

async function look(source: Endpoint): Promise<Seen> {
  const connection = await RespConnection.open(source, { name: 'redis-migration-feed' });
  try {
    const info = await infoOf(connection);
    return { run: info.get('run_id') ?? '', errors: infoNumber(info, 'unexpected_error_replies') };
  } finally {
    connection.close();
  }
}
