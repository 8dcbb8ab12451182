export { type NodeLayout, readLayout } from './layout.js';
export { type Rescan, rescansFor } from './moved.js';
export { readRedirection } from './redirection.js';
export { RoutedBatch } from './routed-batch.js';
export { ClusterRouter, type RouterOptions } from './router.js';
export { type Range, SlotSet } from './slot-set.js';
export { readTopology, type SlotRange, slotCount, Topology } from './topology.js';
