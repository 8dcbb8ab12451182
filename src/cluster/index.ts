export { type NodeLayout, readLayout } from './layout.js';
export { type Rescan, rescansFor } from './moved.js';
export { readRedirection } from './redirection.js';
export { RoutedBatch } from './routed-batch.js';
export { ClusterRouter, type RouterOptions } from './router.js';
export {
  type ClusterView,
  callOwner,
  isClusterNode,
  readTotalInfo,
  redirectionIn,
  totalInfo,
  viewCluster,
  withNode,
} from './servers.js';
export { type Range, SlotSet } from './slot-set.js';
export { endpointAt, readTopology, type SlotRange, slotCount, Topology } from './topology.js';
