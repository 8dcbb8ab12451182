// STUB until the engine is merged
import type { ErrorType } from '../contract/errors.js';
import type { Brake } from '../contract/plan.js';
import type { Endpoint } from '../server/endpoint.js';
export interface Partition {
  db: number;
  from: string;
  to: string | null;
}
export interface CopyPlan {
  partitions: Partition[];
  keysTotal: number;
  targetWasEmpty: boolean;
}
export interface PartitionProgress {
  format: 1;
  cursor: string;
  done: boolean;
  sourceRunId: string;
  targetRunId: string;
  safeCursor: string;
  scanned: number;
  copied: number;
  skipped: number;
  gone: number;
  inPieces: number;
  bytes: number;
  conflicts: number;
  examples: string[];
  unheld: string[];
}
export interface CopySelection {
  readonly everything: boolean;
}
export interface CopyRequest {
  partition: Partition;
  mode: 'check' | 'copy';
  onConflict: 'replace' | 'skip';
  selection: CopySelection;
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null; brake: Brake };
  resume: PartitionProgress | null;
  sliceMs: number;
}
export interface PartitionReport {
  progress: PartitionProgress;
  finding: { type: ErrorType; message: string; remedy: string } | null;
}
export declare function planCopy(
  endpoints: { source: Endpoint; target: Endpoint },
  selection: CopySelection,
  wanted: { partitions: number },
): Promise<CopyPlan>;
export declare function copyPartition(
  endpoints: { source: Endpoint; target: Endpoint },
  request: CopyRequest,
  hooks: {
    onProgress(p: PartitionProgress): void;
    signal: AbortSignal;
    writerName: string;
    beforeWriting(): Promise<void>;
  },
): Promise<PartitionReport>;
