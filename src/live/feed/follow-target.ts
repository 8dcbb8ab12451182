import { canResyncPartially, parseReplication } from '../../replication/state.js';
import { RespConnection } from '../../resp/connection.js';
import type { Selection } from '../../selection/selection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { receiveStream, type StreamOutcome } from '../receive/receive-stream.js';
import { StreamError } from '../stream/index.js';
import { replicationOf } from './arm-backlog.js';
import type { FeedStatus } from './feed-status.js';
import { fetchKeys } from './fetch-keys.js';
import { insist } from './insist.js';
import type { ReverseSpool } from './reverse-spool.js';
import { ReverseTranslation } from './reverse-translation.js';
import type { SourceFacts } from './source-facts.js';
import { TargetFollower } from './target-follower.js';
import { WayBackLost } from './way-back-lost.js';

export interface FollowRequest {
  /** See `FollowerOptions`. */
  checkpointKey: string;
  target: { endpoint: Endpoint; promotedAt: number };
  spool: ReverseSpool;
  facts: SourceFacts;
  selection: Selection;
  status: FeedStatus;
  signal: AbortSignal;
}

const tickMs = 100;
/** A replica gives up on a master that says nothing for `repl-timeout`, 60 s by default. */
const beatMs = 5000;

/** Follows the promoted target into the spool, over every break. @throws WayBackLost; MigrationError; the signal's reason */
export async function follow(request: FollowRequest): Promise<never> {
  const { target, spool, facts, selection, status, signal, checkpointKey } = request;
  const { endpoint, promotedAt } = target;
  const translation = new ReverseTranslation(spool.found, { selection, source: facts.server, promotedAt });
  const fetch = () =>
    withConnection(endpoint, target => fetchKeys(translation, { target, selection, abilities: facts.abilities }));
  const follower = new TargetFollower(spool, translation, { fetch, checkpointKey });
  const ticking = setInterval(() => tick(follower, spool, status), tickMs);
  status.follower = follower;
  try {
    return await insist(signal, status, () => followOnce(endpoint, follower, status, signal));
  } finally {
    clearInterval(ticking);
  }
}

async function followOnce(
  endpoint: Endpoint,
  follower: TargetFollower,
  status: FeedStatus,
  signal: AbortSignal,
): Promise<never> {
  const { replicationId, end: offset } = follower;
  await withConnection(endpoint, async connection => {
    const state = parseReplication(await replicationOf(connection));
    if (!canResyncPartially({ replid: replicationId, offset }, state)) throw new WayBackLost(whyNot(state, offset));
    follower.behind(state.offset);
  });
  const onOutcome = ({ kind }: StreamOutcome) => {
    if (kind === 'full') throw new WayBackLost('the target would only send a snapshot');
    status.following(true);
    status.trouble(null);
  };
  try {
    return await receiveStream(endpoint, { replicationId, offset }, follower, {
      signal,
      onOutcome,
      safe: () => follower.durable,
    });
  } catch (error) {
    throw reasonOf(error);
  } finally {
    status.following(false);
  }
}

function tick(follower: TargetFollower, spool: ReverseSpool, status: FeedStatus): void {
  const quietMs = performance.now() - follower.keptAt;
  if (quietMs >= beatMs) follower.beat('alive');
  else if (quietMs >= tickMs && spool.acknowledged.target < spool.settled) follower.beat('acknowledge');
  status.tell();
}

async function withConnection<Result>(endpoint: Endpoint, work: (connection: RespConnection) => Promise<Result>) {
  const connection = await RespConnection.open(endpoint, { name: 'redis-migration-feed' });
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

/** What a receiver makes an error of its own of. */
function reasonOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof WayBackLost) return cause;
  return cause instanceof StreamError ? new WayBackLost(`the target's stream can't be read: ${cause.message}`) : error;
}

function whyNot(state: ReturnType<typeof parseReplication>, offset: number): string {
  if (state.offset < offset) return 'the target has lost what it had: it was restored, or restarted with less';
  return `the target has restarted, or keeps nothing of its stream before offset ${state.backlogFirstOffset} any more`;
}
