import { performance } from 'node:perf_hooks';
import type { RespConnection } from '../resp/connection.js';
import { openAll } from '../resp/open-all.js';
import type { Endpoints } from './request.js';

/** Of each server, in ms. */
export interface Latencies {
  source: number;
  target: number;
}

const name = 'redis-migration-probe';
const pings = 10;

/** What PINGs take while nothing is copied: the median of ten. @throws MigrationError as `RespConnection.open` */
export async function measureBaseline(source: RespConnection, target: RespConnection): Promise<Latencies> {
  const [onSource, onTarget] = await Promise.all([medianOf(source), medianOf(target)]);
  return { source: onSource, target: onTarget };
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
  readonly #source: Probe;
  readonly #target: Probe;

  private constructor(private readonly connections: readonly [RespConnection, RespConnection]) {
    this.#source = new Probe(connections[0]);
    this.#target = new Probe(connections[1]);
  }

  static async open({ source, target }: Endpoints): Promise<Probes> {
    return new Probes(
      await openAll([
        [source, { name }],
        [target, { name }],
      ]),
    );
  }

  baseline(): Promise<Latencies> {
    return measureBaseline(...this.connections);
  }

  look(): Latencies {
    return { source: this.#source.look(), target: this.#target.look() };
  }

  close(): void {
    for (const connection of this.connections) connection.close();
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
    this.#ping().catch(() => {}); // A broken connection is noticed by those that copy.
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
