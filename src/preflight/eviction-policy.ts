import type { CheckResult } from '../contract/checks.js';
import { formatBytes } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Info, infoNumber } from '../server/info.js';
import { type Check, resultsOf } from './check.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('eviction-policy');

/** Eviction is data loss unless the application lives with it; what the source does is what it lives with. */
export const evictionPolicy: Check = async ({ source, target, sourceInfo, targetInfo }) => {
  const [from, to] = await Promise.all([readEviction(source, sourceInfo), readEviction(target, targetInfo)]);
  return [onSource(from, infoNumber(sourceInfo, 'evicted_keys')), onTarget(from, to)];
};

interface Eviction {
  maxmemory: number;
  policy: string;
  /** Keys go when memory is short. */
  on: boolean;
  /** Also while it is a replica. */
  asReplica: boolean;
}

/** Also of a server without CONFIG: INFO says the most of it. */
async function readEviction(server: Server, info: Info): Promise<Eviction> {
  const settings = await readSettings(server, 'maxmemory', 'maxmemory-policy', 'replica-ignore-maxmemory');
  const maxmemory = settings.has('maxmemory') ? numberOf(settings, 'maxmemory') : infoNumber(info, 'maxmemory');
  const said = settings.get('maxmemory-policy') ?? info.get('maxmemory_policy') ?? 'noeviction';
  const policy = /^[a-z-]{1,20}$/.test(said) ? said : 'unknown';
  const on = maxmemory > 0 && policy !== 'noeviction';
  return { maxmemory, policy, on, asReplica: on && settings.get('replica-ignore-maxmemory') === 'no' };
}

function onSource({ on, policy, maxmemory }: Eviction, evicted: number): CheckResult {
  if (!on) return pass('source', 'The source evicts no keys.');
  return warning(
    'source',
    `The source evicts keys (${policy} at ${formatBytes(maxmemory)}; ${evicted} so far). Its evictions reach the target as deletions, and a verification may meet keys that are just going.`,
    'Nothing, if the data are a cache; else raise maxmemory on the source for the time of the migration.',
  );
}

function onTarget(source: Eviction, target: Eviction): CheckResult {
  const row = rows.find(({ when }) => when(source, target));
  const now = `target: ${describe(target)}; source: ${describe(source)}`;
  if (!row) return pass('target', `Eviction is alike on both sides (${now}).`);
  const make = row.fails ? failure : warning;
  return make('target', `${row.message} (${now}).`, `On the target: ${row.remedy(source)}, then CONFIG REWRITE.`);
}

/** The first that fits counts. */
const rows: {
  when: (source: Eviction, target: Eviction) => boolean;
  fails: boolean;
  message: string;
  remedy: (source: Eviction) => string;
}[] = [
  {
    when: (_, target) => target.asReplica,
    fails: true,
    message: 'The target evicts keys while it is a replica, so it would never equal the source',
    remedy: () => 'CONFIG SET replica-ignore-maxmemory yes',
  },
  {
    when: (source, target) => target.on && !source.on,
    fails: true,
    message: 'After the cutover the target would evict keys that the source keeps',
    remedy: () => 'CONFIG SET maxmemory-policy noeviction',
  },
  {
    when: (source, target) => source.on && !target.on && target.maxmemory > 0,
    fails: false,
    message: 'After the cutover the target would refuse writes (OOM) where the source evicts',
    remedy: ({ policy }) => `CONFIG SET maxmemory-policy ${policy}`,
  },
  {
    when: (source, target) => source.on && !target.on,
    fails: false,
    message: 'After the cutover the target would grow where the source evicts',
    remedy: ({ policy, maxmemory }) => `CONFIG SET maxmemory ${maxmemory} and CONFIG SET maxmemory-policy ${policy}`,
  },
  {
    when: (source, target) => target.on && source.policy !== target.policy,
    fails: false,
    message: 'After the cutover other keys would be evicted than before',
    remedy: ({ policy }) => `CONFIG SET maxmemory-policy ${policy}`,
  },
  {
    when: (source, target) => target.on && target.maxmemory < source.maxmemory,
    fails: false,
    message: 'After the cutover keys would be evicted earlier than before',
    remedy: ({ maxmemory }) => `CONFIG SET maxmemory ${maxmemory}`,
  },
];

const describe = ({ maxmemory, policy }: Eviction): string =>
  maxmemory === 0 ? 'no maxmemory' : `${policy} at ${formatBytes(maxmemory)}`;
