import type { CheckName } from '../contract/checks.js';
import type { Method } from '../contract/input.js';
import { copies } from '../contract/methods.js';

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

export const appliesTo = (name: CheckName, method: Method | 'auto'): boolean => {
  if (!copies(method)) return true;
  if (name === 'peer-connectivity') return method === 'migrate';
  return !ofReplication.has(name);
};
