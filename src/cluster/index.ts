export { RoutedBatch } from './routed-batch.js';
export { ClusterRouter, type RouterOptions } from './router.js';
export { readTopology, type SlotRange, slotCount, Topology } from './topology.js';
