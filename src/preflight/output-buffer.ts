import type { CheckResult } from '../contract/checks.js';
import { formatBytes, formatDuration } from '../contract/units.js';
import { type Check, resultsOf } from './check.js';
import { expectedLoad, type Load } from './load.js';
import { readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('output-buffer');

/** During a full sync the source keeps all new writes for the replica, which may be a worker; over its limit it drops it, and all starts over. */
export const outputBuffer: Check = async context => {
  const settings = await readSettings(context.source, 'client-output-buffer-limit');
  const follower = context.plan.method === 'live' ? 'worker' : 'target';
  return [judge(parseLimits(settings.get('client-output-buffer-limit') ?? ''), expectedLoad(context), follower)];
};

interface Limits {
  hard: number;
  soft: number;
  /** How long the soft limit may be exceeded. */
  seconds: number;
}

/** `normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60`; a limit of 0 is none. */
export function parseLimits(setting: string): Limits {
  const [, hard, soft, seconds] = /(?:slave|replica) (\d+) (\d+) (\d+)/.exec(setting) ?? [];
  return { hard: Number(hard) || Infinity, soft: Number(soft) || Infinity, seconds: Number(seconds ?? 0) };
}

function judge(limits: Limits, { writeRate, syncSeconds, known }: Load, follower: string): CheckResult {
  const held = writeRate * syncSeconds;
  const limit = syncSeconds > limits.seconds ? Math.min(limits.hard, limits.soft) : limits.hard;
  const said = `A full sync of about ${formatDuration(syncSeconds * 1000)} at ${formatBytes(writeRate)}/s of writes (${known}) has the source hold ${formatBytes(held)} for the ${follower}; its limit is ${shown(limit)}`;
  const remedy = `On the source: CONFIG SET client-output-buffer-limit "replica ${limitFor(held)} ${limitFor(held)} 60" (memory for it must be free).`;
  if (held > limit)
    return failure('source', `${said}: it would drop the ${follower}, and the sync would start over.`, remedy);
  if (held > limit / 2) return warning('source', `${said}: tight.`, remedy);
  return pass('source', `${said}.`);
}

const shown = (limit: number): string => (Number.isFinite(limit) ? formatBytes(limit) : 'none');

const step = 64 * 1024 ** 2;
/** Three times what is expected, in whole 64 MiB. */
const limitFor = (held: number): number => Math.ceil((held * 3) / step) * step;
