export { copyPartition } from './copy-partition.js';
export type { Latencies } from './latency.js';
export type { Partition } from './partition.js';
export type { PartitionReport } from './persevere.js';
export { type CopyPlan, planCopy } from './plan.js';
export type { Counts, PartitionProgress } from './progress.js';
export type { CopyHooks, CopyMode, CopyRate, CopyRequest, CopySelection, Endpoints, Transport } from './request.js';
export { planRescans, type Rescans } from './rescans.js';
export type { Writer } from './writers.js';
