import { waitFor } from '../test/lab/wait-for.js';
import type { Pair } from './bare-cutover.js';

/** The engine's own way (Redis 6.2 and later), to a replica: it polls, and takes its time. */
export async function engineFailover({ source, target }: Pair): Promise<void> {
  await source.cli('FAILOVER', 'TO', target.host, String(target.port), 'TIMEOUT', '10000');
  await waitFor(() => Promise.all([source.info('replication'), target.info('replication')]), {
    what: 'FAILOVER to end',
    until: ([old, next]) =>
      old.master_failover_state === 'no-failover' && old.role === 'slave' && next.role === 'master',
  });
}
