export { type CopyHooks, copyPartition, type PartitionReport } from './copy-partition.js';
export type { Partition } from './partition.js';
export { type CopyPlan, planCopy } from './plan.js';
export type { Counts, PartitionProgress } from './progress.js';
export type { Brake, CopyRequest, CopySelection, Endpoints } from './request.js';
