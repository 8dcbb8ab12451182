import { latencyFindings } from './compare-latency.js';
import { type Comparison, type ComparisonResult, type Finding, fewestCommands } from './comparison.js';

/** Whether applications fare worse on the target than they did on the source, beyond what the operator allows. */
export function compareWindows(comparison: Comparison): ComparisonResult {
  const findings = [
    ...errorRateFindings(comparison),
    ...newCodeFindings(comparison),
    ...latencyFindings(comparison),
    ...trafficFindings(comparison),
    ...serverFindings(comparison),
  ];
  return { regression: findings.some(({ regression }) => regression), findings: findings.map(({ text }) => text) };
}

/** The target is blamed only for more errors than the source had: some applications live with theirs. */
function errorRateFindings({ baseline, now, maxErrorRate }: Comparison): Finding[] {
  if (now.errorRate === null) return [note("The target's version doesn't count errors: their rate was not judged.")];
  // Commands that never reach their execution (no login, unknown command) are errors, but no commands.
  const judged = Math.max(now.commands, now.errors ?? 0);
  if (judged < fewestCommands) return [note(`Only ${judged} commands on the target: the error rate was not judged.`)];
  const shown = `${percent(now.errorRate)} of the commands on the target fail (at most ${percent(maxErrorRate)} allowed)`;
  if (now.errorRate <= maxErrorRate) return [];
  if (typeof baseline?.errorRate !== 'number') return [{ regression: true, text: `${shown}; before: not known.` }];
  const before = `${percent(baseline.errorRate)} on the source before`;
  const worse = now.errorRate > baseline.errorRate;
  return [{ regression: worse, text: `${shown}; ${before}${worse ? '' : ', so it is no regression'}.` }];
}

function newCodeFindings({ baseline, now }: Comparison): Finding[] {
  const known = new Set(Object.keys(baseline?.errorsByCode ?? {}));
  const fresh = Object.entries(now.errorsByCode).filter(([code]) => !known.has(code));
  const roles = Object.entries(now.migrationErrors);
  return [
    ...fresh.map(([code, count]) => note(`New error on the target: ${code}, ${count} times.${hints.get(code) ?? ''}`)),
    ...roles.map(([code, count]) => note(`${code} on the target, ${count} times: not counted as an error.`)),
  ];
}

const hints: ReadonlyMap<string, string> = new Map([
  ['NOSCRIPT', ' Scripts are not carried over by every method: load them on the target.'],
  ['WRONGPASS', " An application's user or password is not the same on the target."],
  ['NOAUTH', ' An application does not log in, which the source let pass.'],
  ['NOPERM', " An application's user has fewer rights on the target."],
  ['OOM', ' The target has reached its maxmemory.'],
  ['NOREPLICAS', ' min-replicas-to-write asks for more replicas than the target has.'],
  ['MISCONF', ' The target cannot save to disk.'],
]);

/** A silent target looks healthy: say that the load has not come. */
function trafficFindings({ baseline, now }: Comparison): Finding[] {
  if (!baseline || baseline.commands < fewestCommands || now.opsPerSecond >= baseline.opsPerSecond / 10) return [];
  const [target, source] = [now, baseline].map(({ opsPerSecond }) => opsPerSecond.toFixed(1));
  return [note(`The target gets ${target} commands/s, the source had ${source}: have all applications moved?`)];
}

function serverFindings({ now }: Comparison): Finding[] {
  const rows: [boolean, string][] = [
    [now.reset === 'restart', 'The target restarted during the observation.'],
    [now.reset === 'resetstat', "The target's counters were reset during the observation."],
    [
      now.rejectedConnections > 0,
      `The target turned away ${now.rejectedConnections} connections: maxclients is reached.`,
    ],
    [now.evictedKeys > 0, `The target evicted ${now.evictedKeys} keys: maxmemory is reached.`],
  ];
  return rows.filter(([found]) => found).map(([, text]) => note(text));
}

const note = (text: string): Finding => ({ regression: false, text });

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))}%`;
