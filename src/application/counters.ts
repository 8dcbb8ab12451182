import type { Info } from '../server/info.js';

/** Of one command, since the server's start or its last CONFIG RESETSTAT. */
export interface CommandCounters {
  calls: number;
  /** Execution only: neither the network nor a blocking command's wait. */
  usec: number;
  /** Refused before (`rejected`) or failed during (`failed`) execution; null before Redis 6.2, which doesn't count them. */
  failed: number | null;
  rejected: number | null;
}

/** INFO commandstats: `cmdstat_get:calls=21,usec=44,usec_per_call=2.10,rejected_calls=0,failed_calls=0`. */
export function parseCommandStats(info: Info): Map<string, CommandCounters> {
  return new Map(
    rows(info, 'cmdstat_').map(([command, values]) => [
      command,
      {
        calls: values.get('calls') ?? 0,
        usec: values.get('usec') ?? 0,
        failed: values.get('failed_calls') ?? null,
        rejected: values.get('rejected_calls') ?? null,
      },
    ]),
  );
}

/** INFO errorstats (6.2+): `errorstat_WRONGTYPE:count=3`. */
export const parseErrorStats = (info: Info): Map<string, number> =>
  new Map(rows(info, 'errorstat_').map(([code, values]) => [code, values.get('count') ?? 0]));

/** INFO latencystats (7.0+), in microseconds: `latency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=5.023`. */
export const parseLatencyStats = (info: Info): Map<string, { p50: number | null; p99: number | null }> =>
  new Map(
    rows(info, 'latency_percentiles_usec_').map(([command, values]) => [
      command,
      { p50: values.get('p50') ?? null, p99: values.get('p99') ?? null },
    ]),
  );

function rows(info: Info, prefix: string): [string, Map<string, number>][] {
  return [...info]
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, text]) => [field.slice(prefix.length), numbers(text)]);
}

const numbers = (text: string): Map<string, number> =>
  new Map(
    text
      .split(',')
      .map(pair => [pair.slice(0, pair.indexOf('=')), Number(pair.slice(pair.indexOf('=') + 1))] as const)
      .filter(([, value]) => Number.isFinite(value)),
  );

/**
 * What the migration itself sends all the time. An application that sends these too loses no figure that matters; the
 * migration's logins are too few to count, and an application's failing ones must be seen.
 */
export const isOwnCommand = (command: string): boolean => ownCommands.has(command.split('|', 1)[0] ?? '');

const ownCommands: ReadonlySet<string> = new Set(
  `info ping client config command acl role replconf psync sync replicaof slaveof dump restore migrate debug latency
  slowlog memory monitor dbsize lastsave save bgsave bgrewriteaof wait waitaof shutdown module function script
  restore-asking`.split(/\s+/),
);
