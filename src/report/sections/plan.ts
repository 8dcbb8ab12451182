import type { MigrationPlan } from '../../contract/plan.js';
import { formatDuration } from '../../contract/units.js';
import { code } from '../escape.js';
import { address, bytes, percent, time, yesNo } from '../figures.js';
import { facts, type Markdown, section } from '../layout.js';
import type { ReportRecord, Side } from '../record.js';

/** What was asked for. Of secrets, the reference that the input named. */
export function planSection({ plan }: ReportRecord): Markdown {
  const { hooks } = plan.cutover;
  return section(
    'Plan',
    facts([
      ['Source', login(plan, 'source')],
      ['Target', `${login(plan, 'target')}; if not empty: ${plan.target.ifNotEmpty}`],
      ['Method', plan.method],
      ['Verification', verification(plan)],
      ['Cutover', cutover(plan)],
      ['Hooks', list(Object.entries(hooks).map(([point, name]) => `${point} ${code(name)}`))],
      ['Observation', observation(plan)],
      ['Old source', `kept for ${formatDuration(plan.keepSourceForMs)}, then ${plan.sourceAfterwards}`],
      ['Taken knowingly', list(plan.accept.map(name => code(name)))],
    ]),
  );
}

function login(plan: MigrationPlan, side: Side): Markdown {
  const { host, port, username, password, tls, addressForPeer: peer } = plan[side];
  const user = username === null ? '' : `, user ${code(username)}`;
  const secret = password === null ? ', no password' : `, password from ${code(password)}`;
  const elsewhere = peer.host !== host || peer.port !== port;
  const reached = elsewhere ? `, for its peer ${address(peer)}` : '';
  return `${address({ host, port })}${user}${secret}, ${tls === null ? 'not encrypted' : 'TLS'}${reached}`;
}

function verification({ verification: asked }: MigrationPlan): Markdown {
  if (asked.mode === 'none') return 'none';
  const sample = asked.mode === 'sample' ? ` of ${asked.sampleSize} keys` : '';
  return `${asked.mode}${sample}, consistency of at least ${percent(asked.minimumConsistency)}, repair: ${yesNo(asked.repair)}`;
}

function cutover({ cutover: asked }: MigrationPlan): Markdown {
  const from = asked.notBefore === null ? '' : `, not before ${moment(asked.notBefore)}`;
  const until = asked.notAfter === null ? '' : `, not after ${moment(asked.notAfter)}`;
  const bounds = `lag at most ${bytes(asked.maxLagBytes)}, drained within ${formatDuration(asked.drainTimeoutMs)}`;
  return `${asked.mode}, fence ${asked.fence}, ${bounds}${from}${until}`;
}

function observation({ observe }: MigrationPlan): Markdown {
  const { maxLatency } = observe;
  const most = 'ms' in maxLatency ? formatDuration(maxLatency.ms) : `${maxLatency.times} times the source's`;
  const rate = percent(observe.maxErrorRate);
  return `${formatDuration(observe.durationMs)}, errors at most ${rate}, latency at most ${most}, on regression: ${observe.onRegression}`;
}

const moment = (ms: number): Markdown => time(new Date(ms).toISOString());

const list = (items: readonly Markdown[]): Markdown | null => (items.length === 0 ? null : items.join(', '));
