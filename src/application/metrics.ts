import type { Server } from '../server/connect.js';
import { type Info, infoNumber, parseInfo } from '../server/info.js';
import { escapeName } from './clients.js';
import {
  type CommandCounters,
  isOwnCommand,
  parseCommandStats,
  parseErrorStats,
  parseLatencyStats,
} from './counters.js';

/** One server's counters at one moment, small enough for a workflow's history. Two of them make a `window`. */
export interface ServerMetrics {
  /** The worker's clock, ISO 8601 UTC. */
  at: string;
  runId: string;
  uptimeSeconds: number;
  /** A PING there and back, the median of a few, in ms. */
  pingMs: number;
  opsPerSecond: number;
  /** Over all commands but the migration's own. */
  total: CommandCounters;
  /** Error replies by code; null before Redis 6.2, which doesn't count them. */
  errors: Record<string, number> | null;
  /** Errors among them that the migration's own commands met. */
  ownErrors: number;
  /** The commands called most. */
  commands: Record<string, CommandMetrics>;
  /** There were more commands than shown: one that is missing here may have been called before. */
  cut: boolean;
  usedMemory: number;
  evictedKeys: number;
  expiredKeys: number;
  rejectedConnections: number;
}

export interface CommandMetrics extends CommandCounters {
  /** In microseconds, since the server's start, since no server tells them for a window; null before Redis 7. */
  p50: number | null;
  p99: number | null;
}

const mostCommands = 40;
const mostCodes = 30;
const pings = 7;

export async function readMetrics(server: Server): Promise<ServerMetrics> {
  const pingMs = await pingTime(server);
  const sections = ['server', 'stats', 'memory', 'commandstats', 'errorstats', 'latencystats'];
  const replies = await server.pipeline(sections.map(section => ['INFO', section]));
  const failed = replies.find(reply => reply instanceof Error);
  if (failed) throw failed;
  return toMetrics(parseInfo(replies.join('\r\n')), { at: new Date().toISOString(), pingMs });
}

export function toMetrics(info: Info, taken: { at: string; pingMs: number }): ServerMetrics {
  const all = [...parseCommandStats(info)];
  const application = all.filter(([command]) => !isOwnCommand(command)).sort(([, a], [, b]) => b.calls - a.calls);
  const own = sum(all.filter(([command]) => isOwnCommand(command)).map(([, counters]) => counters));
  return {
    ...taken,
    runId: info.get('run_id') ?? '',
    uptimeSeconds: infoNumber(info, 'uptime_in_seconds'),
    opsPerSecond: infoNumber(info, 'instantaneous_ops_per_sec'),
    total: sum(application.map(([, counters]) => counters)),
    errors: errorsByCode(info),
    ownErrors: (own.failed ?? 0) + (own.rejected ?? 0),
    commands: commandMetrics(info, application.slice(0, mostCommands)),
    cut: application.length > mostCommands,
    usedMemory: infoNumber(info, 'used_memory'),
    evictedKeys: infoNumber(info, 'evicted_keys'),
    expiredKeys: infoNumber(info, 'expired_keys'),
    rejectedConnections: infoNumber(info, 'rejected_connections'),
  };
}

/** The first PING pays for what was idle; the median leaves out the odd one that had to wait. */
async function pingTime(server: Server): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < pings; n++) {
    const start = performance.now();
    await server.call('PING');
    times.push(performance.now() - start);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(pings / 2)] ?? 0;
  return Math.round(median * 1000) / 1000;
}

function errorsByCode(info: Info): Record<string, number> | null {
  // total_error_replies came with errorstats, which is missing as long as there is no error.
  if (!info.has('total_error_replies')) return null;
  const codes = [...parseErrorStats(info)].sort(([, a], [, b]) => b - a);
  const rest = codes.slice(mostCodes).reduce((total, [, count]) => total + count, 0);
  const shown = codes.slice(0, mostCodes).map(([code, count]) => [escapeName(code), count] as const);
  return Object.fromEntries(rest > 0 ? [...shown, ['others', rest] as const] : shown);
}

function commandMetrics(info: Info, commands: [string, CommandCounters][]): Record<string, CommandMetrics> {
  const latencies = parseLatencyStats(info);
  return Object.fromEntries(
    commands.map(([command, counters]) => {
      const { p50 = null, p99 = null } = latencies.get(command) ?? {};
      return [escapeName(command), { ...counters, p50, p99 }];
    }),
  );
}

function sum(counters: readonly CommandCounters[]): CommandCounters {
  const add = (field: keyof CommandCounters) => counters.reduce((total, each) => total + (each[field] ?? 0), 0);
  const counted = counters.some(each => each.failed !== null);
  return {
    calls: add('calls'),
    usec: add('usec'),
    failed: counted ? add('failed') : null,
    rejected: counted ? add('rejected') : null,
  };
}
