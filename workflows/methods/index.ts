import { copies } from '../../src/contract/methods.js';
import type { Run } from '../run.js';
import { byCopying } from './copying.js';
import { byLive } from './live.js';
import type { Method } from './method.js';
import { byReplication } from './replication.js';

/** The migration's method; `auto` is decided while the checklist runs, so it is asked for each time. */
export function methodOf(run: Run): () => Method {
  const [replication, live, copying] = [byReplication(run), byLive(run), byCopying(run)];
  return () => {
    const { method } = run.state.plan;
    if (method === 'live') return live;
    return copies(method) ? copying : replication;
  };
}
