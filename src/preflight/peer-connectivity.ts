import { randomUUID } from 'node:crypto';
import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import { addressOf } from '../server/endpoint.js';
import { commandLevel } from '../server/info.js';
import { type Check, type CheckContext, place, resultsOf, type Side } from './check.js';
import { type Answer, askToMigrate, placeMarker, removeMarker } from './peer-probe.js';
import { readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('peer-connectivity');

const markerLifetimeMs = 10_000;
/** Applications wait as long as the source does. */
const timeoutsMs = { source: 300, target: 1000 } as const;

/**
 * Target to source carries the replication, source to target the way back. Each is tried by a MIGRATE COPY of a key that
 * both have: the answer BUSYKEY comes from the right server only, since the key's name is random. The key is there for
 * milliseconds.
 */
export const peerConnectivity: Check = async context => {
  const { source, target } = context;
  const marker = `__redis-migration:probe:${randomUUID()}`;
  const refusals = {
    source: await placeMarker(source, marker, markerLifetimeMs),
    target: await placeMarker(target, marker, markerLifetimeMs),
  };
  try {
    // One after the other: a server that waits for an answer gives none.
    return [
      linkOf(context) ?? (await probe(context, 'target', marker, refusals)),
      await probe(context, 'source', marker, refusals),
    ];
  } finally {
    await Promise.all([removeMarker(source, marker), removeMarker(target, marker)]);
  }
};

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

async function probe(
  context: CheckContext,
  from: Side,
  marker: string,
  refusals: Record<Side, string | null>,
): Promise<CheckResult> {
  const to = from === 'source' ? 'target' : 'source';
  const address = context.plan[to].addressForPeer;
  const way: Way = { from, to, server: context[from], address: addressOf(address) };
  const obstacle = unlike(context, way) ?? refused(way, refusals) ?? (await tlsBetween(context, way));
  if (obstacle) return obstacle;
  const timeoutMs = timeoutsMs[from];
  return judge(way, await askToMigrate({ from: way.server, to: context[to].endpoint, address, marker, timeoutMs }));
}

interface Way {
  from: Side;
  to: Side;
  /** The one that is asked. */
  server: Server;
  /** Where it looks for the other. */
  address: string;
}

function refused(way: Way, refusals: Record<Side, string | null>): CheckResult | null {
  const here = refusals[way.from];
  if (here !== null) return notProbed(way, `the ${way.from} refuses a key for the probe (${here})`);
  // A read-only replica takes no copy either; anything else might keep what it is given.
  const there = refusals[way.to];
  return there === null || there === 'READONLY'
    ? null
    : notProbed(way, `the ${way.to} refuses a key for it (${there})`);
}

/** MIGRATE learned AUTH in 4.0.7 and AUTH2 in 6.0. */
function unlike(context: CheckContext, way: Way): CheckResult | null {
  const level = commandLevel(way.from === 'source' ? context.sourceInfo : context.targetInfo);
  const { username, password } = context[way.to].endpoint;
  const needed = password === undefined ? 30_000 : username === undefined ? 40_007 : 60_000;
  return level >= needed ? null : notProbed(way, `the ${way.from}'s version can't log in for the probe`);
}

/** Replication will speak TLS where the other's url does: the migration sets tls-replication. The probe follows tls-cluster. */
async function tlsBetween({ plan }: CheckContext, way: Way): Promise<CheckResult | null> {
  const encrypted = plan[way.to].tls !== null;
  const settings = await readSettings(
    way.server,
    'tls-cluster',
    'tls-cert-file',
    'tls-ca-cert-file',
    'tls-ca-cert-dir',
  );
  const trusts = settings.get('tls-ca-cert-file') || settings.get('tls-ca-cert-dir');
  if (encrypted && !(trusts && settings.get('tls-cert-file'))) {
    return failure(
      way.from,
      `The ${way.from} can't speak TLS to the ${way.to} at ${way.address}: it has no certificate of its own or no authority to trust.`,
      `On the ${way.from}: set tls-cert-file, tls-key-file and tls-ca-cert-file (a build with TLS is needed), then send 'retry'.`,
    );
  }
  if ((settings.get('tls-cluster') === 'yes') === encrypted) return null;
  return notProbed(way, 'MIGRATE speaks TLS by tls-cluster, replication by tls-replication');
}

const notProbed = ({ from, to, address }: Way, why: string): CheckResult =>
  warning(
    from,
    `Whether the ${from} reaches the ${to} at ${address} was not probed: ${why}.`,
    `Make sure of it from the ${from}'s host: redis-cli -h HOST -p PORT PING with ${address}.`,
  );

function judge(way: Way, answer: Answer): CheckResult {
  const { from, to, address } = way;
  const reach = `The ${from} reaches the ${to} at ${address}`;
  const look = `Check ${to}.addressForPeer, firewall, bind and protected-mode of the ${to}; then send 'retry'.`;
  const made: Record<Answer, () => CheckResult> = {
    'right-server': () => pass(from, `${reach}, and is let in.`),
    'logged-in': () => pass(from, `${reach}, and is let in (its user may not RESTORE, which nothing here needs).`),
    'refuses-writes': () => pass(from, `${reach}, and is let in (it takes no writes now).`),
    copied: () =>
      failure(
        from,
        `Another server than the ${to} answers the ${from} at ${address}. It got a probe key that expires within ${markerLifetimeMs / 1000} s.`,
        look,
      ),
    'login-refused': () =>
      failure(
        from,
        `The ${from} reaches ${address}, which refuses the ${to}'s user or password: another server?`,
        look,
      ),
    'protected-mode': () =>
      failure(from, `The ${to} at ${address} is in protected mode and refuses the ${from}.`, look),
    unreachable: () =>
      failure(from, `The ${from} gets no answer from the ${to} at ${address} within ${timeoutsMs[from]} ms.`, look),
    'not-allowed': () => notProbed(way, `the user may not run MIGRATE on the ${from}`),
    unclear: () => notProbed(way, 'the answer to MIGRATE was an unknown one'),
  };
  return made[answer]();
}
