import type { CheckName } from '../contract/checks.js';
import type { Method } from '../contract/input.js';
import { copies, replicates } from '../contract/methods.js';

/** What only a replication link, or a change of roles, is touched by. */
const ofReplication: ReadonlySet<CheckName> = new Set<CheckName>([
  'source-persistence',
  'disk-space',
  'output-buffer',
  'backlog-size',
  'repl-timeout',
  'managed-service',
  'config-rewrite',
  'pause-write',
  'emptiness',
  'replica-read-only',
  'replica-priority',
  'replicas',
]);

/** What a target that becomes a replica is touched by. */
const ofReplicas: ReadonlySet<CheckName> = new Set<CheckName>([
  'peer-connectivity',
  'disk-space',
  'emptiness',
  'replica-priority',
]);

/** What only a worker that follows the source is touched by. */
const ofLive: ReadonlySet<CheckName> = new Set<CheckName>(['spool-disk', 'stream-commands']);

export const appliesTo = (name: CheckName, method: Method | 'auto'): boolean => {
  if (ofLive.has(name)) return method === 'live';
  if (replicates(method)) return true;
  if (!copies(method)) return !ofReplicas.has(name);
  if (name === 'peer-connectivity') return method === 'migrate';
  return !ofReplication.has(name);
};
