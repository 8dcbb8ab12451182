import type { CheckResult } from '../contract/checks.js';
import { formatBytes } from '../contract/units.js';
import { infoNumber } from '../server/info.js';
import { type Check, Place, resultsOf } from './check.js';
import { dataBytes } from './load.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('target-memory');

/** Above this share of the room, growth and copy-on-write during a save soon fill it. */
const tight = 0.8;

/** The target must hold what the source holds, and its own buffers. Whatever else runs on its machine isn't known. */
export const targetMemory: Check = async ({ target, sourceInfo, targetInfo, clusters }) => {
  const settings = await readSettings(target, 'repl-backlog-size', 'maxmemory');
  // As the node that was asked has it; each has a share of the keys.
  const primaries =
    clusters.target && 'primaries' in clusters.target ? Math.max(1, clusters.target.primaries.length) : 1;
  const data = dataBytes(sourceInfo);
  const needed = data + infoNumber(targetInfo, 'used_memory_startup') + numberOf(settings, 'repl-backlog-size');
  const limits = [
    {
      bytes: numberOf(settings, 'maxmemory') * primaries,
      what: 'its maxmemory',
      remedy: raiseLimit(needed / primaries),
    },
    {
      bytes: infoNumber(targetInfo, 'total_system_memory'),
      what: "its machine's memory",
      remedy: `Take a machine of at least ${formatBytes(needed / tight)}.`,
    },
  ].filter(({ bytes }) => bytes > 0);
  const said = `${Place(target)} needs about ${formatBytes(needed)} (the source's data take ${formatBytes(data)})`;
  const results = limits.map(limit => judge(said, needed, limit)).filter(result => result !== null);
  return results.length > 0 ? results : [pass('target', `${said} and has room.`)];
};

interface Limit {
  bytes: number;
  what: string;
  remedy: string;
}

function judge(said: string, needed: number, { bytes, what, remedy }: Limit): CheckResult | null {
  if (needed <= bytes * tight) return null;
  const message = `${said}; ${what} is ${formatBytes(bytes)}`;
  return needed > bytes
    ? failure('target', `${message}: too little.`, remedy)
    : warning('target', `${message}: tight.`, remedy);
}

const raiseLimit = (needed: number): string =>
  `On the target: CONFIG SET maxmemory ${Math.ceil(needed / tight)} (or more), then CONFIG REWRITE.`;
