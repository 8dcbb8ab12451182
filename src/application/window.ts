import type { CommandMetrics, ServerMetrics } from './metrics.js';

/** What a server did for its applications between two looks. Small enough for a workflow's history. */
export interface MetricsWindow {
  seconds: number;
  commands: number;
  opsPerSecond: number;
  /** Errors without those in `migrationErrors`, and their share of the commands; null before Redis 6.2. */
  errors: number | null;
  errorRate: number | null;
  errorsByCode: Record<string, number>;
  /** Errors that a migration causes by its nature, by code: not part of the rate. */
  migrationErrors: Record<string, number>;
  /** Mean execution time of a command in ms; null without commands. */
  latencyMs: number | null;
  /** PING there and back in ms, as the worker sees it. */
  pingMs: number;
  /** The heaviest commands. */
  top: CommandWindow[];
  evictedKeys: number;
  expiredKeys: number;
  rejectedConnections: number;
  usedMemory: number;
  /** The counters began anew within the window, which holds only what came after. */
  reset: 'restart' | 'resetstat' | null;
}

export interface CommandWindow {
  command: string;
  calls: number;
  meanMs: number;
  /** Since the server's start; null before Redis 7. */
  p99Ms: number | null;
  failed: number | null;
}

const mostCommands = 10;
const mostCodes = 10;

export function window(before: ServerMetrics, after: ServerMetrics): MetricsWindow {
  const reset = resetBetween(before, after);
  const since = reset ? zero(before) : before;
  const seconds = reset === 'restart' ? after.uptimeSeconds : secondsBetween(before, after);
  const calls = after.total.calls - since.total.calls;
  const commands = calls + (after.total.rejected ?? 0) - (since.total.rejected ?? 0);
  return {
    seconds,
    commands,
    opsPerSecond: seconds > 0 ? round(commands / seconds) : 0,
    ...errorFigures(since, after, commands),
    latencyMs: calls > 0 ? round((after.total.usec - since.total.usec) / calls / 1000) : null,
    pingMs: after.pingMs,
    top: heaviest(since, after),
    evictedKeys: after.evictedKeys - since.evictedKeys,
    expiredKeys: after.expiredKeys - since.expiredKeys,
    rejectedConnections: after.rejectedConnections - since.rejectedConnections,
    usedMemory: after.usedMemory,
    reset,
  };
}

/** A restart changes the run id; CONFIG RESETSTAT makes counters fall, which they never do else. */
function resetBetween(before: ServerMetrics, after: ServerMetrics): MetricsWindow['reset'] {
  if (before.runId !== after.runId) return 'restart';
  const now = new Map(Object.entries(after.commands));
  const fell = Object.entries(before.commands).some(([command, { calls }]) => {
    // One that is gone was reset too, unless it was only crowded out.
    return (now.get(command)?.calls ?? (after.cut ? calls : -1)) < calls;
  });
  return fell || after.total.calls < before.total.calls ? 'resetstat' : null;
}

const zero = (metrics: ServerMetrics): ServerMetrics => ({
  ...metrics,
  total: { calls: 0, usec: 0, failed: 0, rejected: 0 },
  errors: {},
  ownErrors: 0,
  commands: {},
  cut: false,
  evictedKeys: 0,
  expiredKeys: 0,
  rejectedConnections: 0,
});

function errorFigures(since: ServerMetrics, after: ServerMetrics, commands: number) {
  const were = new Map(Object.entries(since.errors ?? {}));
  const grown = Object.entries(after.errors ?? {})
    .map(([code, count]) => [code, count - (were.get(code) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const applications = grown.filter(([code]) => !migrationCodes.has(code));
  const own = after.ownErrors - since.ownErrors;
  const errors = Math.max(0, applications.reduce((total, [, count]) => total + count, 0) - own);
  return {
    errors: after.errors ? errors : null,
    errorRate: after.errors ? round(errors / Math.max(1, commands, errors)) : null,
    errorsByCode: Object.fromEntries(applications.slice(0, mostCodes)),
    migrationErrors: Object.fromEntries(grown.filter(([code]) => migrationCodes.has(code))),
  };
}

/** What clients meet because roles change under them. Not NOSCRIPT: scripts must be loaded on the target anew. */
const migrationCodes: ReadonlySet<string> = new Set(['READONLY', 'MASTERDOWN', 'UNBLOCKED', 'MOVED', 'ASK']);

function heaviest(since: ServerMetrics, after: ServerMetrics): CommandWindow[] {
  const were = new Map(Object.entries(since.commands));
  return Object.entries(after.commands)
    .filter(([command]) => were.has(command) || !since.cut)
    .map(([command, now]) => commandWindow(command, were.get(command), now))
    .filter(({ calls, failed }) => calls > 0 || (failed ?? 0) > 0)
    .sort((a, b) => b.meanMs * b.calls - a.meanMs * a.calls)
    .slice(0, mostCommands);
}

function commandWindow(command: string, before: CommandMetrics | undefined, now: CommandMetrics): CommandWindow {
  const calls = now.calls - (before?.calls ?? 0);
  const usec = now.usec - (before?.usec ?? 0);
  const failures = (each: CommandMetrics | undefined) => (each?.failed ?? 0) + (each?.rejected ?? 0);
  return {
    command,
    calls,
    meanMs: calls > 0 ? round(usec / calls / 1000) : 0,
    p99Ms: now.p99 === null ? null : round(now.p99 / 1000),
    failed: now.failed === null ? null : failures(now) - failures(before),
  };
}

function secondsBetween(before: ServerMetrics, after: ServerMetrics): number {
  return Math.max(0, round((Date.parse(after.at) - Date.parse(before.at)) / 1000));
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
