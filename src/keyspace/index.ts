export { ClusterKeyspace } from './cluster-keyspace.js';
export { layoutOf } from './cluster-layout.js';
export { ClusterScanFeed } from './cluster-scan.js';
export { databasesOf, type Inventory, takeInventory, totalOf } from './inventory.js';
export { isClustered, type Keyspace, type KeyspaceOptions, openBoth, openKeyspace } from './open.js';
export { primariesOf } from './primaries.js';
