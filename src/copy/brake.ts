import type { Brake as Bound } from '../contract/plan.js';
import type { Pace } from '../keys/pace.js';
import { Speed } from '../keys/speed.js';
import { type Latencies, Probes } from './latency.js';
import type { Endpoints } from './request.js';
import { Throttle } from './throttle.js';

const everyMs = 100;
const rateWindowMs = 1000;

/** Keeps the latency of both servers within a bound: looks at it all the time, and slows the copy down where needed. */
export class Brake {
  readonly #throttle: Throttle;
  #bounds: Latencies | undefined;
  #probes: Probes | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param scanned keys so far: how fast it goes is seen from it
   * @param limit keys a second that it allowed last; null: any
   */
  constructor(
    private readonly bound: Exclude<Bound, false>,
    private readonly pace: Pace,
    private readonly scanned: () => number,
    limit: number | null,
  ) {
    this.#throttle = new Throttle(limit);
    this.pace.slowTo(limit ?? undefined);
  }

  /** Keys a second that it allows now; null: it doesn't brake. */
  get limit(): number | null {
    return this.#throttle.limit;
  }

  /** @param baseline null: what it is now @throws MigrationError as `RespConnection.open` */
  async start(endpoints: Endpoints, baseline: Latencies | null): Promise<void> {
    const probes = await Probes.open(endpoints);
    this.#probes = probes;
    this.#bounds ??= this.#boundsOver(baseline ?? (await probes.baseline()));
    const speed = new Speed(rateWindowMs);
    this.#timer = setInterval(() => this.#look(probes, speed), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#probes?.close();
  }

  #look(probes: Probes, speed: Speed): void {
    const { source, target } = probes.look();
    const bounds = this.#bounds as Latencies;
    const above = source > bounds.source || target > bounds.target;
    const perSecond = speed.measure(this.scanned()) ?? 0;
    this.pace.slowTo(this.#throttle.observe({ above, perSecond, elapsedMs: everyMs }) ?? undefined);
  }

  #boundsOver({ source, target }: Latencies): Latencies {
    return { source: boundOver(this.bound, source), target: boundOver(this.bound, target) };
  }
}

/** In ms. */
function boundOver(bound: Exclude<Bound, false>, baseline: number): number {
  if (bound === true) return Math.max(5 * baseline, baseline + 10);
  return 'ms' in bound ? bound.ms : bound.times * baseline;
}
