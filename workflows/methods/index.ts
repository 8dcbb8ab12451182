import { copies } from '../../src/contract/methods.js';
import type { Run } from '../run.js';
import { byCopying } from './copying.js';
import type { Method } from './method.js';
import { byReplication } from './replication.js';

/** The migration's method; `auto` is decided while the checklist runs, so it is asked for each time. */
export function methodOf(run: Run): () => Method {
  const [replication, copying] = [byReplication(run), byCopying(run)];
  return () => (copies(run.state.plan.method) ? copying : replication);
}
