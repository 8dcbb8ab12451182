import type { CheckResult } from '../contract/checks.js';
import { replicates } from '../contract/methods.js';
import { isReadable } from '../rdb/header.js';
import { serverVersion } from '../server/info.js';
import { type Check, resultsOf } from './check.js';
import { snapshotVersion } from './snapshot-version.js';

const { pass, warning, refusal } = resultsOf('versions');

type Version = ReturnType<typeof serverVersion>;

/** A replica must read its master's snapshot and understand its commands; the way back asks the same of the older side. */
export const versions: Check = async ({ plan, source: from, sourceInfo, targetInfo }) => {
  const [source, target] = [serverVersion(sourceInfo), serverVersion(targetInfo)];
  const said = `${source.text} to ${target.text}`;
  const obstacle = obstacles.find(({ when }) => when(source, target));
  if (plan.method === 'live' || (plan.method === 'rdb' && plan.rdb.file === null)) {
    const version = await snapshotVersion(from);
    if (version !== null && !isReadable(version)) return [unreadable(said, version)];
  }
  if (plan.method === 'live') return [judgeLive(said, obstacle !== undefined)];
  if (!replicates(plan.method)) return [judgeCopy(said, obstacle !== undefined)];
  if (obstacle) return [refusal('both', `${said}: ${obstacle.why}.`, obstacle.remedy)];
  return [judgeWayBack(said, source, target)];
};

/**
 * The first that fits counts. Snapshot versions: Redis 7.0 writes 10, 7.2 and Valkey up to 8 write 11, Redis 7.4 and later
 * 12 and more, Valkey 9 and later 80 and more; each reads up to its own, but Valkey nothing from 12 to 79.
 */
const obstacles: { when: (source: Version, target: Version) => boolean; why: string; remedy: string }[] = [
  {
    when: source => isRedis(source) && below(source, 4, 0),
    why: 'replication ids and partial resyncs between masters came with Redis 4.0, and the cutover is built on them',
    remedy: 'Upgrade the source to 4.0 or later first.',
  },
  {
    when: (source, target) => isRedis(source) && !isRedis(target) && !below(source, 7, 4),
    why: "Valkey can't read snapshots of Redis 7.4 and later",
    remedy: 'Take a Redis of the same or a later version as the target.',
  },
  {
    when: (source, target) => !isRedis(source) && isRedis(target) && !below(source, 9, 0),
    why: "Redis can't read snapshots of Valkey 9 and later",
    remedy: 'Take a Valkey of the same or a later version as the target.',
  },
  {
    when: (source, target) => !isRedis(source) && isRedis(target) && below(target, 7, 2),
    why: "a Redis before 7.2 can't read snapshots of Valkey",
    remedy: 'Take a Redis of 7.2 or later, or a Valkey, as the target.',
  },
  {
    when: (source, target) => source.engine === target.engine && below(target, ...minorOf(source)),
    why: "the target is older, so it can't read the source's snapshot or doesn't know all of its commands",
    remedy: 'Take a target of the same or a later version.',
  },
  {
    when: (source, target) => isRedis(source) && !isRedis(target) && below(target, 7, 2),
    why: 'no such Valkey is known',
    remedy: 'Take a Valkey of 7.2 or later as the target.',
  },
];

/** The same versions that can't read a snapshot refuse the payload of a DUMP. */
function judgeCopy(said: string, refuses: boolean): CheckResult {
  if (!refuses) return pass('both', `${said}: keys are copied as the bytes that they are.`);
  return warning(
    'both',
    `${said}: the target refuses the source's payloads, so every key is read and written by the commands of its type, which takes several times as long.`,
    'Nothing, if that is meant. What the target can not hold is named in status and in the report.',
  );
}

const unreadable = (said: string, version: number): CheckResult =>
  refusal(
    'source',
    `${said}: the source writes snapshots of RDB version ${version}, which can't be read here.`,
    'Take method replication, to a target that reads them, or dump-restore; or a later version of this package.',
  );

/** What the stream has is said so that the target understands it. */
function judgeLive(said: string, refuses: boolean): CheckResult {
  if (!refuses) return pass('both', `${said}: a worker brings values as the bytes that they are.`);
  return warning(
    'both',
    `${said}: the target refuses the source's payloads, so the snapshot's values are written by the commands of their type, which takes longer. What the target doesn't keep is left out: before 7.0 what streams and their groups count, before 7.4 expiries of hash fields.`,
    'Nothing, if that is meant.',
  );
}

function judgeWayBack(said: string, source: Version, target: Version): CheckResult {
  const same = source.engine === target.engine && String(minorOf(source)) === String(minorOf(target));
  if (same) return pass('both', `${said}: replication works both ways.`);
  return warning(
    'both',
    `${said}: the target can follow the source. The way back works only as long as the old source can resync partially, and for commands that it knows.`,
    'Give the target a large repl-backlog-size, and let applications use new commands only after complete.',
  );
}

const isRedis = ({ engine }: Version): boolean => engine === 'redis';
const minorOf = ({ version: [major, minor] }: Version): [number, number] => [major, minor];
const below = ({ version }: Version, major: number, minor: number): boolean =>
  version[0] < major || (version[0] === major && version[1] < minor);
