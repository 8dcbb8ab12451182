import { setTimeout as delay } from 'node:timers/promises';
import type { LinkReport, ServerIdentity } from '../contract/link.js';
import type { Progress } from '../contract/status.js';
import type { PromotedMarker } from '../cutover/marker.js';
import { LagClock } from '../replication/lag.js';
import { ServerWatch } from '../replication/watch.js';
import { connect, type Server } from '../server/connect.js';
import type { Endpoint } from '../server/endpoint.js';
import { infoNumber } from '../server/info.js';
import { appliedOffset, type Checkpoint, checkpointKey, parseCheckpoint } from './checkpoint.js';

export interface LiveMonitorRequest {
  /** The one that takes writes, and the one that a worker feeds with them. */
  primary: Endpoint;
  standby: Endpoint;
  workflowId: string;
  previous: LinkReport | null;
  /** How long to watch before reporting back, in ms. */
  sliceMs: number;
  /** Behind by no more than this is in sync. */
  maxLagBytes: number;
  mine: (marker: PromotedMarker) => boolean;
}

export interface LiveMonitorEvents {
  onReport(report: LinkReport): void;
  signal: AbortSignal;
}

const tickMs = 200;

/** Watches for a slice how far the standby is, by the checkpoint that it bears. Ends early when its state is another one. */
export async function monitorLive(request: LiveMonitorRequest, events: LiveMonitorEvents): Promise<LinkReport> {
  const monitor = new LiveMonitor(request);
  const until = performance.now() + request.sliceMs;
  try {
    for (;;) {
      const report = await monitor.tick();
      events.onReport(report);
      if (performance.now() >= until || report.state !== request.previous?.state || report.acted) return report;
      await delay(tickMs, undefined, { signal: events.signal });
    }
  } finally {
    monitor.close();
  }
}

type Seen = Awaited<ReturnType<ServerWatch['look']>>;

class LiveMonitor {
  readonly #primary: ServerWatch;
  readonly #standby: ServerWatch;
  readonly #clock = new LagClock();
  #reader: Server | undefined;

  constructor(private readonly request: LiveMonitorRequest) {
    this.#primary = new ServerWatch(request.primary, request.mine);
    this.#standby = new ServerWatch(request.standby, request.mine);
  }

  async tick(): Promise<LinkReport> {
    const [primary, standby, checkpoint] = await Promise.all([
      this.#primary.look(),
      this.#standby.look(),
      this.#checkpoint(),
    ]);
    const { previous, maxLagBytes } = this.request;
    if (primary) this.#clock.sample(performance.now(), primary.offset);
    const applied = appliedOffset(checkpoint);
    const lagBytes = primary && applied !== null ? Math.max(0, primary.offset - applied) : null;
    return {
      at: new Date().toISOString(),
      state: stateOf(primary, standby, checkpoint, lagBytes ?? 0, maxLagBytes),
      finding: null,
      ...filledAnew(checkpoint, previous?.anew ?? 0),
      primary: primary && !primary.loading ? identity(primary) : (previous?.primary ?? null),
      standby: standby ? identity(standby) : (previous?.standby ?? null),
      wayBack: isFed(standby, primary, checkpoint),
      progress: this.#progress(primary, standby, applied, lagBytes),
    };
  }

  close(): void {
    this.#primary.close();
    this.#standby.close();
    this.#reader?.close();
  }

  async #checkpoint(): Promise<Checkpoint | null> {
    try {
      if (!this.#reader?.isOpen)
        this.#reader = await connect(this.request.standby, { name: 'redis-migration:watch', timeoutMs: 1000 });
      return parseCheckpoint(await this.#reader.call('GET', checkpointKey(this.request.workflowId)));
    } catch {
      return null; // Whether the server is there is seen by the watch.
    }
  }

  #progress(primary: Seen, standby: Seen, applied: number | null, lagBytes: number | null): Progress {
    return {
      keysDone: standby?.keys ?? null,
      keysTotal: primary?.keys ?? null,
      bytesDone: null,
      bytesTotal: null,
      keysPerSecond: null,
      lagBytes,
      lagMs: applied === null ? null : this.#clock.lagMs(performance.now(), applied),
      etaSeconds: null,
    };
  }
}

function stateOf(
  primary: Seen,
  standby: Seen,
  checkpoint: Checkpoint | null,
  lagBytes: number,
  maxLagBytes: number,
): LinkReport['state'] {
  if (!primary) return 'primary-lost';
  if (!standby) return 'standby-lost';
  if (standby.role === 'replica' && !standby.linkUp) return 'link-down';
  if (!checkpoint || checkpoint.snapshot) return 'full-sync';
  return checkpoint.replicationId === primary.replid && lagBytes <= maxLagBytes ? 'in-sync' : 'catching-up';
}

/** A target that was filled anew since that was told last. */
function filledAnew(checkpoint: Checkpoint | null, told: number): Pick<LinkReport, 'acted' | 'anew'> {
  const { times, why } = checkpoint?.anew ?? { times: 0, why: '' };
  if (times <= told) return { acted: null, anew: told };
  return { acted: `The target is filled anew, from a fresh snapshot: ${why}.`, anew: times };
}

/** The old source follows a worker, which has brought it some of the target's stream. */
const isFed = (standby: Seen, primary: Seen, checkpoint: Checkpoint | null): boolean =>
  standby?.role === 'replica' && standby.linkUp && checkpoint?.replicationId === primary?.replid;

function identity({ runId, replid, offset, keys, info }: NonNullable<Seen>): ServerIdentity {
  return { runId, replid, offset, keys, usedMemory: infoNumber(info, 'used_memory') };
}
