import { setTimeout as delay } from 'node:timers/promises';
import { MigrationError } from '../contract/errors.js';
import type { LinkReport } from '../contract/link.js';
import type { Progress } from '../contract/status.js';
import { type Epoch, type Held, holdServer, releaseServer } from '../cutover/epoch.js';
import type { PromotedMarker } from '../cutover/marker.js';
import { type Addresses, replicatesFrom } from '../cutover/situation.js';
import type { Endpoint } from '../server/endpoint.js';
import { infoNumber } from '../server/info.js';
import { type GuardAct, type Guarded, guard, type Watched } from './guard.js';
import { LagClock } from './lag.js';
import { followMaster, hold, shutOut } from './link.js';
import { sourceSettings, targetSettings } from './planned.js';
import { applySettings } from './settings.js';
import { canResyncPartially, isParked } from './state.js';
import { ServerWatch } from './watch.js';

export interface MonitorRequest {
  direction: 'forward' | 'reverse';
  /** The one that takes writes, and the one that follows it. */
  primary: Endpoint;
  standby: Endpoint;
  addresses: Addresses;
  epoch: Epoch;
  /** When this watch was known to be wanted, by `performance.now()`. */
  since: number;
  previous: LinkReport | null;
  /** How long to watch before reporting back, in ms. */
  sliceMs: number;
  /** Behind by no more than this is in sync. */
  maxLagBytes: number;
  mine: (marker: PromotedMarker) => boolean;
}

export interface MonitorEvents {
  onReport(report: LinkReport): void;
  signal: AbortSignal;
}

const tickMs = 200;

/**
 * Watches a link for a slice, and guards the standby meanwhile. Ends early when something changed that the workflow
 * should know at once.
 */
export async function monitorLink(request: MonitorRequest, events: MonitorEvents): Promise<LinkReport> {
  const watches = {
    primary: new ServerWatch(request.primary, request.mine),
    standby: new ServerWatch(request.standby, request.mine),
  };
  const monitor = new Monitor(request, watches);
  const until = performance.now() + request.sliceMs;
  try {
    for (;;) {
      const report = await monitor.tick();
      events.onReport(report);
      if (performance.now() >= until || monitor.hasNews) return report;
      await nextTick(watches.primary.lost, events.signal);
    }
  } finally {
    monitor.close();
  }
}

/** At once when the primary is gone: it may be back, and empty, before the standby has missed it, which asks every second. */
async function nextTick(lost: Promise<void> | null, signal: AbortSignal): Promise<void> {
  const tick = delay(tickMs, undefined, { signal });
  tick.catch(() => undefined); // when the other was first
  await Promise.race(lost ? [tick, lost] : [tick]);
}

class Monitor {
  private readonly clock = new LagClock();
  private held: Held | null = null;
  /** Whether the migration had taken this process of the standby when it was first looked at. */
  private taken: { runId: string; yes: boolean } | null = null;
  private report: LinkReport | null;
  private first: LinkReport | null;
  /** Until the first look, the time from which on it would be late. */
  private since: number | null;
  private started = { at: performance.now(), bytes: 0 };

  constructor(
    private readonly request: MonitorRequest,
    private readonly watches: { primary: ServerWatch; standby: ServerWatch },
  ) {
    this.report = request.previous;
    this.first = request.previous;
    this.since = request.since;
  }

  /** The state is another one than the workflow knows. */
  get hasNews(): boolean {
    return this.report?.state !== this.first?.state || this.report?.finding?.message !== this.first?.finding?.message;
  }

  async tick(): Promise<LinkReport> {
    const lookedAt = this.since ?? performance.now();
    this.since = null;
    const [primary, standby] = await Promise.all([this.watches.primary.look(), this.watches.standby.look()]);
    if (standby && this.taken?.runId !== standby.runId) {
      this.taken = { runId: standby.runId, yes: (await this.watches.standby.isTaken()) ?? false };
    }
    const guarded = this.judge(primary, standby);
    const acted = await this.act(guarded, lookedAt);
    this.report = this.compose(primary, standby, guarded, acted);
    return this.report;
  }

  close(): void {
    this.watches.primary.close();
    this.watches.standby.close();
    if (this.held) releaseServer(this.held);
  }

  private judge(primary: Watched | null, standby: Watched | null): Guarded {
    const { direction, addresses } = this.request;
    const known = { primary: this.report?.primary ?? null, standby: this.report?.standby ?? null };
    const followsPrimary = standby !== null && replicatesFrom(standby, addresses.primary);
    return guard({ direction, known, primary, standby, followsPrimary });
  }

  /** Acts as the epoch's user only, so that a stale watch can't act at all. */
  private async act({ act }: Guarded, lookedAt: number): Promise<string | null> {
    if (act === 'none') return null;
    try {
      const { standby, epoch } = this.request;
      if (!this.held?.critical.isOpen)
        this.held = await holdServer(standby, epoch, 1000, { since: lookedAt, joined: this.taken?.yes ?? false });
      return await performers[act](this.held, this.request);
    } catch (error) {
      if (error instanceof MigrationError && error.type === 'Superseded') throw error;
      return null;
    }
  }

  private compose(primary: Seen, standby: Seen, { finding }: Guarded, acted: string | null): LinkReport {
    if (primary) this.clock.sample(performance.now(), primary.offset);
    const lagBytes = primary && standby ? Math.max(0, primary.offset - standby.offset) : null;
    return {
      at: new Date().toISOString(),
      state: stateOf(primary, standby, lagBytes, this.request.maxLagBytes),
      finding,
      acted,
      primary: primary && !primary.loading && !finding ? identity(primary) : (this.report?.primary ?? null),
      standby: standby?.role === 'replica' ? identity(standby) : (this.report?.standby ?? null),
      wayBack: primary !== null && standby !== null && canResyncPartially(standby, primary),
      progress: this.progress(primary, standby, lagBytes),
    };
  }

  private progress(primary: Seen, standby: Seen, lagBytes: number | null): Progress {
    const bytesDone = standby ? infoNumber(standby.info, 'master_sync_read_bytes') : null;
    const bytesTotal = primary ? infoNumber(primary.info, 'used_memory_dataset') : null;
    const syncing = standby?.syncInProgress ?? false;
    const perSecond = ((bytesDone ?? 0) - this.started.bytes) / ((performance.now() - this.started.at) / 1000 || 1);
    const left = Math.max(0, (bytesTotal ?? 0) - (bytesDone ?? 0));
    return {
      keysDone: standby?.keys ?? null,
      keysTotal: primary?.keys ?? null,
      bytesDone: syncing ? bytesDone : null,
      bytesTotal: syncing ? bytesTotal : null,
      keysPerSecond: null,
      lagBytes,
      lagMs: standby ? this.clock.lagMs(performance.now(), standby.offset) : null,
      etaSeconds: syncing && perSecond > 0 ? Math.round(left / perSecond) : null,
    };
  }
}

/** Each resolves to what is worth a note. */
const performers: Record<
  Exclude<GuardAct, 'none'>,
  (standby: Held, request: MonitorRequest) => Promise<string | null>
> = {
  hold: async standby => {
    await hold(standby);
    return 'The standby was held, keeping its data and position.';
  },
  /** A server that restarted has forgotten what it was set to, its login to the other among it. */
  relink: async (standby, { direction, primary, addresses }) => {
    const settings = direction === 'forward' ? targetSettings(primary) : sourceSettings(primary);
    await applySettings(standby.critical, settings);
    await followMaster(standby, addresses.primary);
    return 'The standby may follow the primary again.';
  },
  'shut-out': async standby => {
    await shutOut(standby.critical);
    return null;
  },
};

type Seen = Awaited<ReturnType<ServerWatch['look']>>;

function stateOf(primary: Seen, standby: Seen, lagBytes: number | null, maxLagBytes: number): LinkReport['state'] {
  if (!primary) return 'primary-lost';
  if (!standby) return 'standby-lost';
  if (isParked(standby)) return 'held';
  if (standby.syncInProgress) return 'full-sync';
  if (!standby.linkUp || standby.role === 'master') return 'link-down';
  return standby.replid === primary.replid && (lagBytes ?? 0) <= maxLagBytes ? 'in-sync' : 'catching-up';
}

function identity({ runId, replid, offset, keys, info }: NonNullable<Seen>): NonNullable<LinkReport['primary']> {
  return { runId, replid, offset, keys, usedMemory: infoNumber(info, 'used_memory') };
}
