/** Who a server is, as it said itself. */
export interface ServerFacts {
  /** `host:port`. */
  address: string;
  /** `Redis 7.0.15`. */
  version: string;
  /** The Redis version that its commands follow, as a number: 70015. */
  commandLevel: number;
  /** Changes with every restart; of a cluster with every failover, too. */
  runId: string;
  /** The same whichever node of a cluster was asked; missing outside of clusters. */
  clusterId?: string;
  keys: number;
  usedMemory: number;
}
