import type { SnapshotResult } from '../../contract/snapshot.js';
import { formatCount } from './format.js';
import { escapeText } from './text.js';

/** Where a snapshot is, and how it is placed by hand. */
export const snapshotLines = ({ file, worker, bytes, rdbVersion, server, at }: SnapshotResult): string[] => [
  `${escapeText(file)}, in REDIS_MIGRATION_RDB_DIR of the worker on ${escapeText(worker)}`,
  `  ${formatCount(bytes)} bytes, RDB version ${rdbVersion}, of ${escapeText(server)}, whole at ${escapeText(at)}`,
  'It lacks what was written on the source after it began. To place it on a server that reads this version:',
  "  1. Stop the target, and keep its own files elsewhere ('dir' and 'dbfilename' in its configuration name them).",
  "  2. Put the file there under the name of 'dbfilename', readable by the target's user.",
  "  3. Set 'appendonly no' (else an append-only file is read instead), and start it; then CONFIG SET appendonly yes.",
  'Or let a migration apply it to a target that runs: method rdb, with this name as rdb.file.',
];
