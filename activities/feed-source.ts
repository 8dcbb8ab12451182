import { Context } from '@temporalio/activity';
import { parseMarker, promotedKey } from '../src/cutover/marker.js';
import { checkpointKey } from '../src/live/checkpoint.js';
import { type FeedBackRequest, feedBack } from '../src/live/feed/feed-back.js';
import { pointSource, routeTo } from '../src/live/feed/point-source.js';
import { type BackPlace, backPlaceKey, findPromotion } from '../src/live/feed/promotion.js';
import { WayBackLost } from '../src/live/feed/way-back-lost.js';
import { tagSpools } from '../src/live/spool/spool-tag.js';
import { backSpoolPlace } from '../src/live/spool/stream-spool.js';
import { connect } from '../src/server/connect.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { spoolIdOf } from './find-spool.js';
import { withHeld } from './held.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

/** So long the way back may look lost before it counts as such, in ms. */
const lostAfterMs = 5000;

/**
 * Why there is no way back any more; or the id of the spool from which it goes on, which another machine has: whatever was
 * sent to the source is only there.
 */
export type FeedEnd = { lost: string } | { keptBy: string };

/**
 * Brings what the promoted target takes to the parked source, as its master, until it is cancelled. Goes on from the spool
 * that an attempt before it has left.
 */
export const feedSource =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<FeedEnd> => {
    const { cancellationSignal: signal, info } = Context.current();
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    const pulse = startPulse({ detail: 'way back' });
    try {
      const from = await placeOf(scope.name, target, spoolIdOf(deps), signal);
      if ('keptBy' in from) return from;
      await tagSpools(deps.live.spoolDir, scope.name, info.namespace);
      return await feed(scope, { source, target }, from, deps, pulse.show);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WayBackLost) return { lost: error.message };
      throw error;
    } finally {
      pulse.stop();
    }
  };

type Beginning = Pick<FeedBackRequest['source'], 'replicationId' | 'offset'> & FeedBackRequest['target'];

async function feed(
  { name, plan }: Scope,
  { source, target }: { source: Endpoint; target: Endpoint },
  { replicationId, offset, from, promotedAt }: Beginning,
  { live }: ActivityDeps,
  show: (make: () => unknown) => void,
): Promise<never> {
  const { cancellationSignal: signal } = Context.current();
  const ended = new AbortController();
  const route = await routeTo(source, live.feed);
  let [pointed, lostSince] = [false, 0];
  const request: FeedBackRequest = {
    source: { endpoint: source, replicationId, offset },
    target: { endpoint: target, from, promotedAt },
    checkpointKey: checkpointKey(name),
    plan,
    dir: backSpoolPlace(live.spoolDir, name),
    listen: { host: route.listen, port: live.feed.port, password: route.password },
    spool: live.spool,
  };
  return feedBack(request, {
    signal: AbortSignal.any([signal, ended.signal]),
    onReport: report => {
      show(() => report);
      if (report.port !== null && !pointed) {
        pointed = true;
        const address = { host: route.host, port: report.port };
        withHeld(source, held => pointSource(held, address, route.password)).catch(error => ended.abort(error));
      }
      lostSince = report.lost === null ? 0 : lostSince || Date.now();
      if (report.lost !== null && Date.now() - lostSince >= lostAfterMs) ended.abort(new WayBackLost(report.lost));
    },
  });
}

/** What the mark of the promotion, and the place noted before it, tell. From then on it is noted whose spool it is. */
async function placeOf(
  workflowId: string,
  target: Endpoint,
  spoolId: string,
  signal: AbortSignal,
): Promise<Beginning | { keptBy: string }> {
  const server = await connect(target);
  try {
    await server.call('WATCH', backPlaceKey(workflowId));
    const [mark, noted] = await server.pipeline([
      ['GET', promotedKey],
      ['GET', backPlaceKey(workflowId)],
    ]);
    const marker = parseMarker(mark);
    if (marker?.workflowId !== workflowId) throw new WayBackLost('the target bears no mark of the promotion any more');
    if (typeof noted !== 'string') throw new WayBackLost("the target's stream of writes can't be followed");
    const { spoolId: keptBy = spoolId, promotedAt: known, ...from } = JSON.parse(noted) as BackPlace;
    if (keptBy !== spoolId) return { keptBy };
    const promotedAt = known ?? (await findPromotion(target, from, signal));
    const kept: BackPlace = { ...from, promotedAt, spoolId };
    // Only if nobody else has noted anything meanwhile.
    const [written] = await server.transaction([['SET', backPlaceKey(workflowId), JSON.stringify(kept)]]);
    if (written instanceof Error) throw written;
    const { replid: replicationId, offset } = marker;
    return { replicationId, offset, endpoint: target, from, promotedAt };
  } finally {
    server.close();
  }
}
