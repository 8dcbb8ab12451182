import { hostname } from 'node:os';
import type { CheckResult } from '../contract/checks.js';
import { formatBytes, formatDuration } from '../contract/units.js';
import { freeBytes } from '../live/spool/disk.js';
import { withDefaults } from '../live/spool/settings.js';
import { codeOf } from '../server/confined-file.js';
import { totalKeys } from '../server/info.js';
import { type Check, type CheckContext, resultsOf } from './check.js';
import { dataBytes, expectedLoad } from './load.js';

const { pass, warning, failure } = resultsOf('spool-disk');

/** Above this share of the room another guess of the load, or another migration, soon fills it. */
const tight = 0.8;
/** What comes by a worker takes at most so many times as long as a replica's sync. Measured: less than twice. */
const slower = 2;
/** The stream goes on behind the snapshot: one file of it at least. */
const leastStream = 64 << 20;

/** The worker's disk holds the snapshot until the target has all of it, and meanwhile every write of the source. */
export const spoolDisk: Check = async context => {
  const { spoolDir, spool } = context.live;
  const need = needOf(context);
  const where = `the spool in ${spoolDir} on ${hostname()}`;
  const free = await freeBytes(spoolDir).catch(codeOf);
  if (typeof free === 'string') return [failure('both', `The worker can't keep ${where}: ${free}.`, elsewhere(need))];
  const judged = [judgeDisk(need, free, where), judgeBound(need, withDefaults(spool).maxBytes)].filter(
    result => result !== null,
  );
  if (judged.length > 0) return judged;
  return [pass('both', `${said(need)}; ${formatBytes(free)} are free for ${where}.`)];
};

interface Need {
  /** Bytes at most: a snapshot packs values as tightly as memory does, or more so. */
  snapshot: number;
  /** Bytes that come while the snapshot is applied. */
  stream: number;
  seconds: number;
  writeRate: number;
  known: string;
}

function needOf(context: CheckContext): Need {
  const { writeRate, syncSeconds, known } = expectedLoad(context);
  const snapshot = dataBytes(context.sourceInfo);
  const { maxKeysPerSecond, maxBytesPerSecond } = context.plan.rate;
  const seconds = Math.max(
    syncSeconds * slower,
    totalKeys(context.sourceInfo) / (maxKeysPerSecond ?? Number.POSITIVE_INFINITY),
    snapshot / (maxBytesPerSecond ?? Number.POSITIVE_INFINITY),
  );
  return { snapshot, stream: writeRate * seconds, seconds, writeRate, known };
}

const roomFor = ({ snapshot, stream }: Need): number => snapshot + Math.max(stream, leastStream);

const said = ({ snapshot, stream, seconds, writeRate, known }: Need): string =>
  `A snapshot of the source takes up to ${formatBytes(snapshot)} of the worker's disk, and ${formatDuration(seconds * 1000)} of writes at ${formatBytes(writeRate)}/s (${known}) while it is applied ${formatBytes(stream)}`;

/** What `Room` does, and what the source makes of it. */
const waits =
  "A full spool is no error, but the source has to wait: it holds its writes in the worker's output buffer there, drops the worker beyond client-output-buffer-limit or repl-timeout, and may have to begin anew with a fresh snapshot";

function judgeDisk(need: Need, free: number, where: string): CheckResult | null {
  const room = roomFor(need);
  const text = `${said(need)}. ${formatBytes(free)} are free for ${where}`;
  if (free < need.snapshot) {
    const why =
      'the snapshot goes from there only when the target has all of it, so the migration might never come through';
    return failure('both', `${text}: ${why}.`, elsewhere(need));
  }
  if (free < room) return failure('both', `${text}: too little. ${waits}.`, elsewhere(need));
  return room > free * tight ? warning('both', `${text}: tight. ${waits}.`, elsewhere(need)) : null;
}

function judgeBound(need: Need, maxBytes: number): CheckResult | null {
  if (need.stream <= maxBytes * tight) return null;
  const size = `REDIS_MIGRATION_SPOOL_MAX is ${formatBytes(maxBytes)}`;
  const remedy = `Start the workers with REDIS_MIGRATION_SPOOL_MAX=${mebibytes(need.stream / tight)}MiB or more; or lift the limits of rate, or migrate when less is written. Then send 'retry'.`;
  if (need.stream > maxBytes) return failure('both', `${said(need)}; ${size}: too little. ${waits}.`, remedy);
  return warning('both', `${said(need)}; ${size}: tight. ${waits}.`, remedy);
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);

const elsewhere = (need: Need): string =>
  `Make room on each worker that may run this migration, or start them with REDIS_MIGRATION_SPOOL_DIR on a disk of their own with ${formatBytes(roomFor(need) / tight)} free; then send 'retry'.`;
