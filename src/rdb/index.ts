export { applySnapshot } from './apply/apply-snapshot.js';
export type { ApplyRequest } from './apply/request.js';
export { checkSnapshot, openSnapshotFile, type SnapshotSettings, snapshotSettings } from './file/snapshot-file.js';
export { SnapshotSpool } from './file/spool.js';
export { writeSnapshot } from './file/write-snapshot.js';
export { receiveSnapshot, type SnapshotSink } from './receive/receive-snapshot.js';
