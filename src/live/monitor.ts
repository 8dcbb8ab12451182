import { setTimeout as delay } from 'node:timers/promises';
import type { LinkReport, ServerIdentity } from '../contract/link.js';
import type { PromotedMarker } from '../cutover/marker.js';
import { LagClock } from '../replication/lag.js';
import { isParked } from '../replication/state.js';
import { ServerWatch } from '../replication/watch.js';
import { connect, type Server } from '../server/connect.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { infoNumber } from '../server/info.js';
import { appliedOffset, type Checkpoint, checkpointKey, parseCheckpoint } from './checkpoint.js';
import type { FollowProgress } from './follow/request.js';
import { liveProgress } from './progress.js';
import { followingThrough } from './receive/role.js';

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
  /** What the worker that follows the primary told last; null: not known. */
  followed: () => FollowProgress | null;
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
      if (performance.now() >= until || isNews(report, request.previous)) return report;
      await delay(tickMs, undefined, { signal: events.signal });
    }
  } finally {
    monitor.close();
  }
}

const isNews = (report: LinkReport, previous: LinkReport | null): boolean =>
  report.acted !== null || report.state !== previous?.state || report.concern?.message !== previous.concern?.message;

type Seen = Awaited<ReturnType<ServerWatch['look']>>;

class LiveMonitor {
  readonly #primary: ServerWatch;
  readonly #standby: ServerWatch;
  readonly #clock = new LagClock();
  #reader: Server | undefined;

  constructor(private readonly request: LiveMonitorRequest) {
    // A server without CONFIG would count each question as an error, and the observation would hold it against the target.
    this.#primary = new ServerWatch(request.primary, request.mine, 'left-alone');
    this.#standby = new ServerWatch(request.standby, request.mine, 'left-alone');
  }

  async tick(): Promise<LinkReport> {
    const [primary, standby, checkpoint] = await Promise.all([
      this.#primary.look(),
      this.#standby.look(),
      this.#checkpoint(),
    ]);
    const { previous, maxLagBytes, followed } = this.request;
    if (primary) this.#clock.sample(performance.now(), primary.offset);
    const applied = appliedOffset(checkpoint);
    const lagBytes = primary && applied !== null ? Math.max(0, primary.offset - applied) : null;
    const state = stateOf(primary, standby, checkpoint, lagBytes ?? 0, maxLagBytes);
    const lagMs = checkpoint && applied !== null ? this.#lagMs(checkpoint, applied) : null;
    const keys = { keysDone: standby?.keys ?? null, keysTotal: primary?.keys ?? null };
    const worker = followed();
    return {
      at: new Date().toISOString(),
      state,
      finding: null,
      ...filledAnew(checkpoint, previous?.anew ?? 0),
      primary: primary && !primary.loading ? identity(primary) : (previous?.primary ?? null),
      standby: standby ? identity(standby) : (previous?.standby ?? null),
      wayBack: isFed(standby, primary, checkpoint),
      unheld: worker?.unheld ?? previous?.unheld ?? [],
      ...(primary ? concernOf(primary, checkpoint, this.request.primary) : lastConcern(previous)),
      progress: liveProgress({ ...keys, lagBytes, lagMs, catchingUp: state === 'catching-up' }, worker),
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

  /** Further back than was watched: since the last of what is applied came from the source. */
  #lagMs({ arrivedAt }: Checkpoint, applied: number): number {
    return this.#clock.lagMs(performance.now(), applied) ?? Math.max(0, Date.now() - arrivedAt);
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

/** A source that was demoted; a parked one is the migration's own doing. */
function concernOf(
  primary: NonNullable<Seen>,
  checkpoint: Checkpoint | null,
  { side }: Endpoint,
): Pick<LinkReport, 'concern'> {
  if (side !== 'source' || !primary.master || isParked(primary)) return {};
  const remedy = `Fail over to it again, and the migration goes on by itself. Or 'abort', and start one from ${addressOf(primary.master)}.`;
  return { concern: { type: 'SourceChanged', message: demotion(primary, primary.master, checkpoint), remedy } };
}

const lastConcern = (previous: LinkReport | null): Pick<LinkReport, 'concern'> =>
  previous?.concern ? { concern: previous.concern } : {};

function demotion(
  { linkUp, replid, replid2 }: NonNullable<Seen>,
  to: { host: string; port: number },
  checkpoint: Checkpoint | null,
): string {
  if (!linkUp) return `The source is a replica of ${addressOf(to)} now, and its link there is down.`;
  const goesOn = checkpoint !== null && [replid, replid2].includes(checkpoint.replicationId);
  return goesOn ? followingThrough(to) : `The source is a replica of ${addressOf(to)} now, with another history.`;
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
