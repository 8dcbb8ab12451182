import { keySlot } from '../keys/hash-slot.js';
import { ClusterKeyspace } from '../keyspace/index.js';
import { RespConnection } from '../resp/connection.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import type { PairSide } from './pairs.js';

/** Connections of one side that nobody else uses: to the server, or to each node of a cluster that is asked for. */
export class OwnConnections {
  readonly #opened = new Map<string, Promise<RespConnection>>();
  #closed = false;

  constructor(private readonly side: PairSide) {}

  /** To the server that has the key, or would have it. @throws MigrationError as `RespConnection.open` */
  async to(key: Buffer): Promise<RespConnection> {
    const { keyspace } = this.side;
    if (!(keyspace instanceof ClusterKeyspace)) return this.#open(keyspace.endpoint);
    return this.#open((await keyspace.router.ownerOf(keySlot(key))).endpoint);
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#opened.values()) void connection.then(it => it.close()).catch(() => {});
  }

  #open(endpoint: Endpoint): Promise<RespConnection> {
    const address = addressOf(endpoint);
    const known = this.#opened.get(address);
    if (known) return known;
    const opening = this.#dial(endpoint);
    this.#opened.set(address, opening);
    opening.catch(() => this.#opened.delete(address)); // Whoever needs it next tries for itself.
    return opening;
  }

  async #dial(endpoint: Endpoint): Promise<RespConnection> {
    const { onOpen, ...options } = this.side.options;
    const connection = await RespConnection.open(endpoint, options);
    try {
      await onOpen?.(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    if (this.#closed) connection.close();
    return connection;
  }
}
