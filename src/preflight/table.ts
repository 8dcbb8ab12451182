import type { CheckName } from '../contract/checks.js';
import { applicationUsers } from './application-users.js';
import { backlogSize } from './backlog-size.js';
import type { Check } from './check.js';
import { clockSkew } from './clock-skew.js';
import { clusterMode } from './cluster-mode.js';
import { configRewrite } from './config-rewrite.js';
import { databases } from './databases.js';
import { direction } from './direction.js';
import { diskSpace } from './disk-space.js';
import { emptiness } from './emptiness.js';
import { evictionPolicy } from './eviction-policy.js';
import { functions } from './functions.js';
import { hashFieldTtl } from './hash-field-ttl.js';
import { managedService } from './managed-service.js';
import { minReplicas } from './min-replicas.js';
import { modules } from './modules.js';
import { outputBuffer } from './output-buffer.js';
import { pauseWrite } from './pause-write.js';
import { peerConnectivity } from './peer-connectivity.js';
import { replTimeout } from './repl-timeout.js';
import { replicaPriority } from './replica-priority.js';
import { replicaReadOnly } from './replica-read-only.js';
import { replicas } from './replicas.js';
import { sameServer } from './same-server.js';
import { scripts } from './scripts.js';
import { sentinel } from './sentinel.js';
import { settings } from './settings.js';
import { sourcePermissions } from './source-permissions.js';
import { sourcePersistence } from './source-persistence.js';
import { spoolDisk } from './spool-disk.js';
import { streamCommands } from './stream-commands.js';
import { targetMemory } from './target-memory.js';
import { targetPermissions } from './target-permissions.js';
import { targetPersistence } from './target-persistence.js';
import { versions } from './versions.js';
import { workerConnectivity } from './worker-connectivity.js';

/** What runs under each name of the contract. */
export const checks: Record<CheckName, Check> = {
  'worker-connectivity': workerConnectivity,
  'peer-connectivity': peerConnectivity,
  'same-server': sameServer,
  'target-memory': targetMemory,
  'eviction-policy': evictionPolicy,
  'source-persistence': sourcePersistence,
  'target-persistence': targetPersistence,
  'disk-space': diskSpace,
  'spool-disk': spoolDisk,
  'output-buffer': outputBuffer,
  'backlog-size': backlogSize,
  'repl-timeout': replTimeout,
  'source-permissions': sourcePermissions,
  'target-permissions': targetPermissions,
  'managed-service': managedService,
  'application-users': applicationUsers,
  'config-rewrite': configRewrite,
  versions,
  'pause-write': pauseWrite,
  'cluster-mode': clusterMode,
  sentinel,
  direction,
  emptiness,
  databases,
  modules,
  functions,
  scripts,
  settings,
  'clock-skew': clockSkew,
  'min-replicas': minReplicas,
  'replica-read-only': replicaReadOnly,
  'replica-priority': replicaPriority,
  replicas,
  'hash-field-ttl': hashFieldTtl,
  'stream-commands': streamCommands,
};
