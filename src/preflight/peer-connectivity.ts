import { randomUUID } from 'node:crypto';
import type { CheckResult } from '../contract/checks.js';
import { addressOf } from '../server/endpoint.js';
import { type Check, type CheckContext, place, resultsOf, type Side } from './check.js';
import { findObstacle, type Refusals } from './peer-obstacles.js';
import { askToMigrate, placeMarker, removeMarker } from './peer-probe.js';
import { judgeAnswer, type Way } from './peer-verdict.js';

const { pass, warning } = resultsOf('peer-connectivity');

const markerLifetimeMs = 10_000;
/** Applications wait as long as the source does. */
const timeoutsMs = { source: 300, target: 1000 } as const;

/**
 * Target to source carries the replication, source to target the way back; with method migrate the keys. Each is tried by a MIGRATE COPY of a key that
 * both have: the answer BUSYKEY comes from the right server only, since the key's name is random. The key is there for
 * milliseconds.
 */
export const peerConnectivity: Check = async context => {
  const { source, target, sourceInfo, targetInfo } = context;
  // It would wait for itself, and take the key when nobody looks any more.
  if (sourceInfo.get('run_id') === targetInfo.get('run_id')) return [notTwo];
  const marker = `__redis-migration:probe:${randomUUID()}`;
  const refusals = {
    source: await placeMarker(source, marker, markerLifetimeMs),
    target: await placeMarker(target, marker, markerLifetimeMs),
  };
  try {
    // One after the other: a server that waits for an answer gives none.
    const wayThere = await probe(context, 'source', marker, refusals);
    if (context.plan.method === 'migrate') return [wayThere];
    return [linkOf(context) ?? (await probe(context, 'target', marker, refusals)), wayThere];
  } finally {
    await Promise.all([removeMarker(source, marker), removeMarker(target, marker)]);
  }
};

const notTwo = warning('both', 'Not probed: source and target are one and the same server.', 'Give two servers.');

/** A link that is up proves itself. */
function linkOf({ source, target, sourceInfo, targetInfo }: CheckContext): CheckResult | null {
  const replicates =
    targetInfo.get('role') === 'slave' &&
    targetInfo.get('master_link_status') === 'up' &&
    targetInfo.get('master_replid') === sourceInfo.get('master_replid');
  return replicates
    ? pass('target', `The target already replicates: ${place(target)} reaches ${place(source)}.`)
    : null;
}

async function probe(context: CheckContext, from: Side, marker: string, refusals: Refusals): Promise<CheckResult> {
  const to = from === 'source' ? 'target' : 'source';
  const address = context.plan[to].addressForPeer;
  const way: Way = { from, to, server: context[from], address: addressOf(address), timeoutMs: timeoutsMs[from] };
  const obstacle = await findObstacle(context, way, refusals);
  if (obstacle) return obstacle;
  const answer = await askToMigrate({ ...way, from: way.server, to: context[to].endpoint, address, marker });
  // It took the marker from the worker, so it isn't the one that refuses it here.
  return judgeAnswer(way, answer === 'refuses-writes' && refusals[to] === null ? 'stranger' : answer);
}
