import type { CheckResult } from '../contract/checks.js';
import { commandLevel } from '../server/info.js';
import { type CheckContext, resultsOf, type Side } from './check.js';
import { notProbed, type Way } from './peer-verdict.js';
import { readSettings } from './read-settings.js';

const { failure } = resultsOf('peer-connectivity');

/** Why a server didn't take the marker key; null where it has it. */
export type Refusals = Record<Side, string | null>;

/** Why a way can't be probed, or can't be gone at all; null when it can be tried. */
export const findObstacle = async (context: CheckContext, way: Way, refusals: Refusals): Promise<CheckResult | null> =>
  tooOld(context, way) ?? refusedMarker(way, refusals) ?? (await lackOfTls(context, way));

function refusedMarker(way: Way, refusals: Refusals): CheckResult | null {
  const here = refusals[way.from];
  if (here !== null) return notProbed(way, `the ${way.from} refuses a key for the probe (${here})`);
  // A read-only replica takes no copy either; anything else might keep what it is given.
  const there = refusals[way.to];
  return there === null || there === 'READONLY'
    ? null
    : notProbed(way, `the ${way.to} refuses a key for it (${there})`);
}

/** MIGRATE learned AUTH in 4.0.7 and AUTH2 in 6.0. */
function tooOld(context: CheckContext, way: Way): CheckResult | null {
  const level = commandLevel(way.from === 'source' ? context.sourceInfo : context.targetInfo);
  const { username, password } = context[way.to].endpoint;
  const needed = password === undefined ? 30_000 : username === undefined ? 40_007 : 60_000;
  if (level >= needed) return null;
  if (context.plan.method !== 'migrate') return notProbed(way, `the ${way.from}'s version can't log in for the probe`);
  return failure(
    way.from,
    `The ${way.from}'s version can't log in to the ${way.to} by MIGRATE: with a password since 4.0.7, as a user since 6.0.`,
    'Take method dump-restore, or a user of the target that it can log in as.',
  );
}

/** Replication will speak TLS where the other's url does: the migration sets tls-replication. MIGRATE follows tls-cluster. */
async function lackOfTls({ plan }: CheckContext, way: Way): Promise<CheckResult | null> {
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
  const migrates = settings.get('tls-cluster') === 'yes';
  if (migrates === encrypted) return null;
  if (plan.method !== 'migrate')
    return notProbed(way, 'MIGRATE speaks TLS by tls-cluster, replication by tls-replication');
  return failure(
    way.from,
    `The ${way.from} would speak ${migrates ? 'TLS' : 'plain text'} to the ${way.to} at ${way.address}, which takes ${encrypted ? 'TLS' : 'plain text'}: MIGRATE follows the ${way.from}'s setting tls-cluster.`,
    `On the ${way.from}: CONFIG SET tls-cluster ${encrypted ? 'yes' : 'no'}, then send 'retry'; or take method dump-restore.`,
  );
}
