import type { ActRecord } from '../src/cutover/switch.js';
import type { Hooks } from '../src/hooks/load-hooks.js';
import type { SpoolConfiguration } from '../src/live/spool/from-environment.js';
import type { SnapshotSettings } from '../src/rdb/file/snapshot-file.js';
import type { Redactor } from '../src/server/redact.js';
import type { SecretResolver } from '../src/server/secrets.js';

/** What the worker gives its activities. */
export interface ActivityDeps {
  secrets: SecretResolver;
  redactor: Redactor;
  hooks: Hooks;
  snapshots: SnapshotSettings;
  live: SpoolConfiguration;
  /** Of the directory for spools; null: this worker can't keep any. */
  spoolId: string | null;
  /** Told of each act of a cutover; what it throws ends the attempt. For fault injection in tests. */
  onAct?: (record: ActRecord) => void | Promise<void>;
}
