export { Applier, type ApplierOptions, type StreamChunk } from './applier.js';
export type { Place } from './batch.js';
export {
  beginSnapshot,
  endSnapshot,
  type Position,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint-store.js';
export { type ExpirySweep, type SweepPlace, type SweptExpiries, sweepExpiries } from './expiries/sweep-expiries.js';
export { ResyncNeeded } from './resync-needed.js';
export { SourceElsewhere } from './source-values.js';
