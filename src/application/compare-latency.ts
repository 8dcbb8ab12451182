import { type Comparison, type Finding, fewestCommands } from './comparison.js';
import type { CommandWindow, MetricsWindow } from './window.js';

/** A mean of fewer calls on the source is no measure. */
const fewestCalls = 20;

/** Below these differences a multiple is noise: of execution time on a busy machine, and of a round trip, in ms. */
const floors = { execution: 0.1, ping: 1 } as const;

export function latencyFindings(comparison: Comparison): Finding[] {
  const { now, maxLatency } = comparison;
  if (now.latencyMs === null || now.commands < fewestCommands) {
    return [{ regression: false, text: `Only ${now.commands} commands on the target: latency was not judged.` }];
  }
  return 'ms' in maxLatency
    ? boundFindings(now, now.latencyMs, maxLatency.ms)
    : ratioFindings(comparison, maxLatency.times);
}

/** What an application near the worker waits: a command's execution, there and back. */
function boundFindings(now: MetricsWindow, execution: number, most: number): Finding[] {
  const total = execution + now.pingMs;
  if (total <= most) return [];
  const parts = `${ms(execution)} execution, ${ms(now.pingMs)} round trip`;
  return [
    { regression: true, text: `A command on the target takes ${ms(total)} (${parts}); at most ${ms(most)} allowed.` },
  ];
}

function ratioFindings({ baseline, now }: Comparison, times: number): Finding[] {
  if (!baseline || baseline.commands < fewestCommands) {
    const why = baseline
      ? `Only ${baseline.commands} commands were measured on the source`
      : 'The source was not measured';
    return [{ regression: false, text: `${why} before: the multiple of its latency was not judged.` }];
  }
  const execution = sameMix(baseline, now);
  return [
    ...judge('Execution of the same commands', execution, times, floors.execution),
    ...judge('A PING there and back', { before: baseline.pingMs, now: now.pingMs }, times, floors.ping),
  ];
}

interface Pair {
  before: number;
  now: number;
}

function judge(what: string, { before, now }: Pair, times: number, floor: number): Finding[] {
  if (now <= before * times) return [];
  const regression = now - before >= floor;
  const text = `${what} takes ${ms(now)} on the target, ${ms(before)} on the source before; at most ${times} times allowed`;
  return [{ regression, text: regression ? `${text}.` : `${text}, but less than ${ms(floor)} more is noise.` }];
}

/**
 * Means of the commands that both sides ran, weighted by what the target runs now: a heavier mix of commands isn't a
 * slower server. Without enough of them in common, the plain means.
 */
function sameMix(baseline: MetricsWindow, now: MetricsWindow): Pair {
  const before = new Map(baseline.top.map(each => [each.command, each]));
  const common = now.top.filter(({ command, calls }) => calls > 0 && (before.get(command)?.calls ?? 0) >= fewestCalls);
  const calls = common.reduce((total, each) => total + each.calls, 0);
  if (calls < now.commands / 2) return { before: baseline.latencyMs ?? 0, now: now.latencyMs ?? 0 };
  const mean = (of: (each: CommandWindow) => number) =>
    common.reduce((total, each) => total + of(each) * each.calls, 0) / calls;
  return { before: mean(each => before.get(each.command)?.meanMs ?? 0), now: mean(each => each.meanMs) };
}

const ms = (value: number): string =>
  value >= 1 ? `${Number(value.toPrecision(3))} ms` : `${Number((value * 1000).toPrecision(3))} µs`;
