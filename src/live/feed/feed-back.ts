import type { MigrationPlan } from '../../contract/plan.js';
import { reversedSelection } from '../../selection/reversed.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { SpoolSettings } from '../spool/settings.js';
import { FeedServer, type FeedServerOptions } from './feed-server.js';
import { FeedStatus } from './feed-status.js';
import { follow } from './follow-target.js';
import { insist } from './insist.js';
import type { TargetPlace } from './mark.js';
import { ReverseSpool } from './reverse-spool.js';
import { readSourceFacts } from './source-facts.js';
import { watchErrors } from './watch-errors.js';
import { WayBackLost } from './way-back-lost.js';

export interface FeedBackRequest {
  /** The parked source, and where it was parked: in the reply that parked it. */
  source: { endpoint: Endpoint; replicationId: string; offset: number };
  target: {
    endpoint: Endpoint;
    /** Where its stream is begun to be read: what `armBacklog` has returned, or a place where the database is known. */
    from: TargetPlace;
    /** Its offset at the promotion, or before it with nothing to be carried back after it. */
    promotedAt: number;
  };
  /** Of the key by which the source knows where it is. */
  checkpointKey: string;
  /** Which keys of the target are the migration's, and where they came from. */
  plan: Pick<MigrationPlan, 'filter' | 'rename'>;
  /** A directory for it alone. */
  dir: string;
  /** Where the source finds us; `password` is its `masterauth`. */
  listen: Pick<FeedServerOptions, 'host' | 'port' | 'password'>;
  /** @default those of the spool */
  spool?: Partial<SpoolSettings>;
  /** Bytes that are kept although the source has them: it may restart with what it saved before. @default 64 MiB */
  keepBytes?: number;
}

export interface FeedReport {
  /** The source follows us. */
  connected: boolean;
  /** We follow the target. */
  following: boolean;
  /** Bytes of the target's stream that came, and that the source hasn't applied. */
  lagBytes: number;
  /** Of the source's stream: what it has applied. */
  ackedOffset: number;
  /** Of the target's stream: what came of it. */
  targetOffset: number;
  /** Of the target's stream: up to here the source has applied all. Known from what it acknowledges to this feed. */
  appliedOffset: number;
  /** The port that we listen on; null: not yet. */
  port: number | null;
  /** Bytes of the spool on the disk. */
  spoolBytes: number;
  /** Why the source can't be brought to where the target is any more; null: it can. */
  lost: string | null;
  /** What keeps us waiting, for an operator; null: nothing. */
  trouble: string | null;
}

export interface FeedBackHooks {
  signal: AbortSignal;
  onReport?(report: FeedReport): void;
}

/**
 * The way back: brings what is written to the promoted target to the parked source, as its master. The source is pointed
 * to us by `REPLICAOF`, at any time. May be stopped and started at any moment, with the same request.
 * To roll back: fence the target, wait until `appliedOffset` is its offset, `REPLICAOF NO ONE` on the source.
 * @throws always: the signal's reason; MigrationError Superseded: another worker feeds from the same spool. What else
 * happens is in the reports
 */
export async function feedBack(request: FeedBackRequest, { signal, onReport }: FeedBackHooks): Promise<never> {
  const status = new FeedStatus(onReport);
  try {
    return await insist(signal, status, () => feed(request, status, signal));
  } catch (error) {
    if (!(error instanceof WayBackLost)) throw error;
    status.lost(error);
    await aborted(signal);
    throw signal.reason;
  }
}

async function feed(request: FeedBackRequest, status: FeedStatus, signal: AbortSignal): Promise<never> {
  const { source, target, dir } = request;
  const selection = selectionOf(request);
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const fail = (error: unknown) => failure.abort(error);
  const onFull: SpoolSettings['onFull'] = full =>
    status.trouble(full && new Error(`the spool at ${dir} is full (${full.why})`));
  const beginning = { source, target: { ...target.from, fetched: [] } };
  const spool = await ReverseSpool.open(dir, beginning, { ...request.spool, onFull }, fail);
  status.spool = spool;
  status.onApplied = offset => spool.trim(offset - (request.keepBytes ?? defaultKeepBytes)).catch(fail);
  const server = await listen(request, spool, status).catch(error => spool.close().then(() => Promise.reject(error)));
  try {
    status.port = server.port;
    const facts = await insist(either, status, () => readSourceFacts(source.endpoint));
    void watchErrors(source.endpoint, either, count => status.refused(count));
    return await follow({
      target,
      spool,
      facts,
      selection,
      status,
      signal: either,
      checkpointKey: request.checkpointKey,
    });
  } finally {
    failure.abort(new Error('the feed has ended'));
    await server.close();
    await spool.close();
  }
}

function listen({ source, listen }: FeedBackRequest, spool: ReverseSpool, { hooks }: FeedStatus): Promise<FeedServer> {
  const { replicationId, offset } = source;
  const options = { ...listen, parked: { replicationId, offset }, replicationId: spool.replicationId };
  return FeedServer.listen(spool, options, hooks);
}

function selectionOf({ plan }: FeedBackRequest) {
  if (plan.rename?.prefix) throw new WayBackLost('the names of keys were changed, and have no way back');
  return reversedSelection(plan);
}

const defaultKeepBytes = 64 << 20;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
