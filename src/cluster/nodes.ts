import { MigrationError } from '../contract/errors.js';
import { type ConnectionOptions, RespConnection } from '../resp/connection.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { runIdIn } from '../server/info.js';
import { readTopology, Topology } from './topology.js';

export interface NodeOptions extends ConnectionOptions {
  /** Awaited for each connection, before anything is sent over it. */
  onOpen?(connection: RespConnection): Promise<void>;
}

/** Connections to the nodes of one cluster, opened when they are needed, and its topology as they see it. */
export class ClusterNodes {
  /** How often a primary was replaced or restarted: what it had acknowledged just before may be gone. */
  lossRisks = 0;
  /** How often slots were seen with another primary than before. */
  changes = 0;
  #topology = new Topology([]);
  readonly #connections = new Map<string, Promise<RespConnection>>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #runIds = new Map<string, string>();
  #refreshing: Promise<void> | undefined;
  #closed = false;

  private constructor(
    private readonly seed: Endpoint,
    private readonly options: NodeOptions,
  ) {}

  /** @returns null when the server is in no cluster @throws MigrationError as `RespConnection.open`; what it refused */
  static async open(seed: Endpoint, options: NodeOptions): Promise<ClusterNodes | null> {
    const nodes = new ClusterNodes(seed, options);
    try {
      const topology = await readTopology(await nodes.connection(nodes.at(seed)), nodes.at);
      if (topology) nodes.#topology = topology;
      else nodes.close();
      return topology && nodes;
    } catch (error) {
      nodes.close();
      throw error;
    }
  }

  get topology(): Topology {
    return this.#topology;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws MigrationError as `RespConnection.open` */
  connection(endpoint: Endpoint): Promise<RespConnection> {
    const address = addressOf(endpoint);
    const known = this.#connections.get(address);
    if (known) return known;
    const opening = this.#open(endpoint);
    this.#connections.set(address, opening);
    opening.catch(() => this.#forget(address, opening));
    return opening;
  }

  /** What came over this connection can't be believed any more, or will not come. */
  async drop(endpoint: Endpoint, broken: RespConnection): Promise<void> {
    broken.close();
    const address = addressOf(endpoint);
    const known = this.#connections.get(address);
    if (known && (await known.catch(() => broken)) === broken) this.#forget(address, known);
  }

  /** One object for each address: nodes are told apart by it. */
  readonly at = (endpoint: Endpoint): Endpoint => {
    const address = addressOf(endpoint);
    const known = this.#endpoints.get(address) ?? endpoint;
    this.#endpoints.set(address, known);
    return known;
  };

  /** Takes the view of whichever healthy node answers first; keeps the old one when none does. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#lookAround().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Takes the view of any node that there is a connection to. */
  async glance(): Promise<void> {
    const known = this.#topology.nodes.filter(node => this.#connections.has(addressOf(node)));
    this.#take(await Promise.any(known.map(node => this.#viewOf(node))).catch(() => undefined));
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) void connection.then(it => it.close()).catch(() => {});
  }

  async #lookAround(): Promise<void> {
    const views = [...this.#topology.nodes, this.at(this.seed)].map(node => this.#viewOf(node));
    this.#take(await Promise.any(views).catch(() => undefined));
  }

  #take(view: Topology | undefined): void {
    if (!view) return;
    const primaries = new Set(view.primaries.map(addressOf));
    const replaced = this.#topology.primaries.filter(primary => !primaries.has(addressOf(primary)));
    // A primary that gave all of its slots away counts too: that can't be told apart, and is rare.
    this.lossRisks += replaced.length;
    if (this.#topology.movedIn(view).length > 0) this.changes++;
    this.#topology = view;
  }

  async #viewOf(node: Endpoint): Promise<Topology> {
    const connection = await this.connection(node);
    try {
      const info = String(await connection.command('CLUSTER', 'INFO'));
      const view = /cluster_state:ok/.test(info) ? await readTopology(connection, this.at) : null;
      if (view) return view;
    } catch (error) {
      if (error instanceof MigrationError && error.type === 'Unreachable') await this.drop(node, connection);
      throw error;
    }
    throw new Error(`${addressOf(node)} sees its cluster down`);
  }

  async #open(endpoint: Endpoint): Promise<RespConnection> {
    const connection = await RespConnection.open(endpoint, this.options);
    await this.options.onOpen?.(connection).catch(error => {
      connection.close();
      throw error;
    });
    const runId = runIdIn(await connection.command('INFO', 'server'));
    const address = addressOf(endpoint);
    if ((this.#runIds.get(address) ?? runId) !== runId) this.lossRisks++;
    this.#runIds.set(address, runId);
    if (this.#closed) connection.close();
    return connection;
  }

  #forget(address: string, connection: Promise<RespConnection>): void {
    if (this.#connections.get(address) === connection) this.#connections.delete(address);
  }
}
