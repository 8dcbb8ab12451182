import { performance } from 'node:perf_hooks';
import { type Keyspace, openBoth, primariesOf } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import type { Endpoints } from './request.js';

/** Of each side, in ms; of a cluster that of its slowest primary. */
export interface Latencies {
  source: number;
  target: number;
}

const name = 'redis-migration-probe';
const pings = 10;

/** What PINGs take while nothing is copied: the median of ten. @throws MigrationError as `RespConnection.open` */
export async function measureBaseline(source: Keyspace, target: Keyspace): Promise<Latencies> {
  const [onSource, onTarget] = await Promise.all([slowestOf(source), slowestOf(target)]);
  return { source: onSource, target: onTarget };
}

async function slowestOf(keyspace: Keyspace): Promise<number> {
  return Math.max(...(await Promise.all((await primariesOf(keyspace)).map(medianOf))));
}

async function medianOf(connection: RespConnection): Promise<number> {
  const times: number[] = [];
  for (let ping = 0; ping < pings; ping++) {
    const sentAt = performance.now();
    await connection.pipeline([['PING']]);
    times.push(performance.now() - sentAt);
  }
  return times.sort((one, other) => one - other)[pings / 2] ?? 0;
}

/** Connections that do nothing but PING, so that what the servers make others wait can be seen. */
export class Probes {
  private constructor(
    private readonly keyspaces: readonly [Keyspace, Keyspace],
    private readonly source: readonly Probe[],
    private readonly target: readonly Probe[],
  ) {}

  static async open({ source, target }: Endpoints): Promise<Probes> {
    const keyspaces = await openBoth([source, { name }], [target, { name }]);
    const [from, to] = (await Promise.all(
      keyspaces.map(async keyspace => (await primariesOf(keyspace)).map(connection => new Probe(connection))),
    )) as [Probe[], Probe[]];
    return new Probes(keyspaces, from, to);
  }

  baseline(): Promise<Latencies> {
    return measureBaseline(...this.keyspaces);
  }

  look(): Latencies {
    const slowest = (probes: readonly Probe[]): number => Math.max(...probes.map(probe => probe.look()));
    return { source: slowest(this.source), target: slowest(this.target) };
  }

  close(): void {
    for (const keyspace of this.keyspaces) keyspace.close();
  }
}

/** PINGs one server, one at a time. */
class Probe {
  #last = 0;
  #elapsed: (() => number) | undefined;

  constructor(private readonly connection: RespConnection) {}

  /** What the last PING took, or the one that is on its way takes already; sends the next one. */
  look(): number {
    if (this.#elapsed) return this.#elapsed();
    this.#ping().catch(() => {
      // Those that copy notice it too; and nobody is spared by waiting for it.
      this.#elapsed = () => 0;
    });
    return this.#last;
  }

  async #ping(): Promise<void> {
    const elapsed = waitingTime();
    this.#elapsed = elapsed;
    await this.connection.pipeline([['PING']]);
    this.#elapsed = undefined;
    this.#last = elapsed();
  }
}

/**
 * Counts ms from now on, without those in which this process was busy itself: an answer that waits to be read is not
 * the server's delay. A server that is slow leaves this process with nothing to do, so little is missed.
 */
function waitingTime(): () => number {
  const before = performance.eventLoopUtilization();
  return () => performance.eventLoopUtilization(before).idle;
}
