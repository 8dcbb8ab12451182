export { ClusterKeyspace } from './cluster-keyspace.js';
export { isClustered, type Keyspace, type KeyspaceOptions, openBoth, openKeyspace } from './open.js';
export { primariesOf } from './primaries.js';
