/** Every pre-check by the name that `accept` takes, with the step that shows it. One file each in src/preflight. */
export const checkNames = {
  'worker-connectivity': 'connectivity',
  'peer-connectivity': 'connectivity',
  'same-server': 'connectivity',
  'target-memory': 'resources',
  'eviction-policy': 'resources',
  'source-persistence': 'resources',
  'target-persistence': 'resources',
  'disk-space': 'resources',
  'spool-disk': 'resources',
  'output-buffer': 'resources',
  'backlog-size': 'resources',
  'repl-timeout': 'resources',
  'source-permissions': 'authentication',
  'target-permissions': 'authentication',
  'managed-service': 'authentication',
  'application-users': 'authentication',
  'config-rewrite': 'authentication',
  versions: 'compatibility',
  'pause-write': 'compatibility',
  'cluster-mode': 'compatibility',
  sentinel: 'compatibility',
  direction: 'compatibility',
  emptiness: 'compatibility',
  databases: 'compatibility',
  modules: 'compatibility',
  functions: 'compatibility',
  scripts: 'compatibility',
  settings: 'compatibility',
  'clock-skew': 'compatibility',
  'min-replicas': 'compatibility',
  'replica-read-only': 'compatibility',
  'replica-priority': 'compatibility',
  replicas: 'compatibility',
  'hash-field-ttl': 'compatibility',
  'stream-commands': 'compatibility',
} as const;
export type CheckName = keyof typeof checkNames;

/** What one check found: the message says what, to what; the remedy what to do. */
export interface CheckResult {
  name: CheckName;
  side: 'source' | 'target' | 'both';
  outcome: 'pass' | 'warning' | 'failure';
  message: string;
  remedy: string | null;
  /** True where consent can't help: never shown as acceptable. */
  final?: boolean;
}
