import { copies, replicates } from '../contract/methods.js';
import { ownPrefix } from '../contract/own-prefix.js';
import type { MigrationPlan } from '../contract/plan.js';
import { markSetting } from '../cutover/epoch/connections.js';
import type { Side } from './check.js';
import { allWrites, following, noWayBack, psyncFor, replconf, takesStream } from './following.js';

/** One command that the migration runs on a server, and how its right to run it is tried without running it. */
export interface NeededCommand {
  /** As `ACL SETUSER` takes it: `config|get`. */
  rule: string;
  /** Queued in a MULTI that is never executed. */
  words: readonly string[];
  /** The server needs it; without a side both do. */
  side?: Side;
  /** The first Redis version that has it: 7.0 is 70000. */
  since?: number;
  /** What it is for, where that is not plain. */
  purpose?: string;
  /** What the migration does without, when it can. */
  without?: string;
  /** The users of epochs have this right; who may not keep them acts in person, and needs it. */
  inPerson?: true;
}

/** What decides about the commands that are needed. */
export type Task = Pick<MigrationPlan, 'method' | 'migrate'> & { cutover: Pick<MigrationPlan['cutover'], 'fence'> };

const replicating: Task = { method: 'replication', migrate: { move: false }, cutover: { fence: 'auto' } };

/** Replication only reads the application's keys; a copy writes them on the target, and touches no role without a fence. */
export function neededCommands(side: Side, level: number, task: Task = replicating): NeededCommand[] {
  return tableFor(side, task).filter(row => (row.side ?? side) === side && (row.since ?? 0) <= level);
}

function tableFor(side: Side, { method, cutover, migrate }: Task): NeededCommand[] {
  if (replicates(method)) return [...common, ...roles, ...replication, ...reading];
  if (!copies(method)) return [...common, ...roles, ...feeding, ...copying, ...reading];
  const fences = side === 'source' && cutover.fence !== 'auto' && cutover.fence !== 'none';
  return [
    ...common.map(toleratedByCopies),
    ...(fences ? roles : []),
    ...(method === 'migrate' ? sending : []),
    ...(migrate.move ? deleting : []),
    ...copying,
    ...reading,
  ];
}

/** Besides, on each node of a cluster: who serves what. */
export const neededOnNodes: readonly NeededCommand[] = ['slots', 'nodes', 'info'].map(name => ({
  rule: `cluster|${name}`,
  words: ['CLUSTER', name.toUpperCase()],
}));

/** What `ACL SETUSER` takes for a user who may do that and nothing else; the keys of all applications besides: `~*`. */
export function neededRules(side: Side, level: number, task: Task = replicating): string[] {
  const rows = neededCommands(side, level, task).filter(({ inPerson, without }) => !inPerson || without !== undefined);
  const stream = takesStream(side, task) ? [allWrites] : [];
  const rules = [
    'multi',
    'exec',
    ...(psyncFor(side, task) ? ['psync'] : []),
    ...rows.map(({ rule }) => rule),
    ...stream,
  ];
  return rules.map(rule => `+${rule}`);
}

/** The same for a user who may not keep ACL users. */
export const neededInPerson = (side: Side, level: number): string[] => [
  ...neededRules(side, level).filter(rule => !keepsUsers.has(rule.slice(1)) && rule !== '+acl|list'),
  ...neededCommands(side, level).flatMap(({ rule, inPerson }) => (inPerson ? [`+${rule}`] : [])),
];

export const keepsUsers: ReadonlySet<string> = new Set(['acl|setuser', 'acl|deluser', 'acl|users']);

export const anyKey = 'redis-migration-permission';
export const ownKey = `${ownPrefix}permission`;

const withoutUsers = `earlier attempts are fenced off by names of connections and a mark in ${markSetting}`;

const withoutRewrite = 'a restarted server forgets the change of roles';

/** Managed services have none of it. */
const toleratedByCopies = (row: NeededCommand): NeededCommand =>
  row.rule === 'config|get' ? { ...row, without: 'the settings are not compared' } : row;

const common: NeededCommand[] = [
  { rule: 'ping', words: ['PING'] },
  { rule: 'select', words: ['SELECT', '0'] },
  { rule: 'info', words: ['INFO', 'server'] },
  { rule: 'config|get', words: ['CONFIG', 'GET', 'port'] },
  { rule: 'client|list', words: ['CLIENT', 'LIST'] },
  { rule: 'client|setname', words: ['CLIENT', 'SETNAME', 'redis-migration'] },
  { rule: 'acl|list', words: ['ACL', 'LIST'], without: "the application's users are not compared" },
  { rule: 'dbsize', words: ['DBSIZE'] },
  { rule: 'time', words: ['TIME'], without: 'the clocks are not compared' },
  { rule: 'function|list', words: ['FUNCTION', 'LIST'], since: 70_000, without: 'functions are not compared' },
  { rule: 'get', words: ['GET', anyKey] },
];

/** Demotes and promotes, and fences off earlier attempts. */
const roles: NeededCommand[] = [
  { rule: 'config|set', words: ['CONFIG', 'SET', 'no-such-setting', '0'] },
  { rule: 'config|rewrite', words: ['CONFIG', 'REWRITE'], without: withoutRewrite, inPerson: true },
  { rule: 'replicaof', words: ['REPLICAOF', 'NO', 'ONE'] },
  { rule: 'client|pause', words: ['CLIENT', 'PAUSE', '0'] },
  { rule: 'client|unpause', words: ['CLIENT', 'UNPAUSE'], since: 60_200 },
  { rule: 'client|kill', words: ['CLIENT', 'KILL', 'ID', '0'] },
  { rule: 'acl|setuser', words: ['ACL', 'SETUSER', 'migration-permission', 'off'], without: withoutUsers },
  { rule: 'acl|deluser', words: ['ACL', 'DELUSER', 'migration-permission'], without: withoutUsers },
  { rule: 'acl|users', words: ['ACL', 'USERS'], without: withoutUsers },
  { rule: 'pubsub|numsub', words: ['PUBSUB', 'NUMSUB', 'x'], without: 'Sentinel is not noticed' },
];

const peers: NeededCommand[] = [
  { rule: 'migrate', words: ['MIGRATE', '127.0.0.1', '1', ownKey, '0', '1', 'COPY'], without: 'peers are not probed' },
];

/** The source is told to send keys, and no longer to: a stopped worker is cut off there. */
const sending: NeededCommand[] = [
  { rule: 'migrate', words: ['MIGRATE', '127.0.0.1', '1', anyKey, '0', '1', 'COPY'], side: 'source' },
  { rule: 'client|kill', words: ['CLIENT', 'KILL', 'ID', '0'], side: 'source' },
];

const deleting: NeededCommand[] = [
  { rule: 'watch', words: ['WATCH', anyKey], side: 'source' },
  { rule: 'unlink', words: ['UNLINK', anyKey], side: 'source' },
];

const ownKeys: NeededCommand[] = [
  { rule: 'set', words: ['SET', ownKey, '1', 'PX', '1'] },
  { rule: 'del', words: ['DEL', ownKey] },
];

const replication: NeededCommand[] = [
  replconf,
  { rule: 'lastsave', words: ['LASTSAVE'], side: 'target' },
  { rule: 'bgsave', words: ['BGSAVE', 'SCHEDULE'], side: 'target' },
  ...peers,
  { rule: 'eval', words: ['EVAL', 'return 1', '1', ownKey], inPerson: true },
  ...ownKeys,
];

/** The worker is the source's replica, and writes what it hears to the target. */
const feeding: NeededCommand[] = [
  { ...replconf, side: 'source', purpose: following },
  { ...replconf, side: 'target', without: noWayBack },
  { rule: 'command', words: ['COMMAND'] },
  { rule: 'eval', words: ['EVAL', 'return 1', '1', ownKey], side: 'target' },
  ...ownKeys.map((row): NeededCommand => ({ ...row, side: 'source' })),
  // Whose spool feeds the source is noted there, by one alone.
  { rule: 'watch', words: ['WATCH', ownKey], side: 'target', without: noWayBack },
];

const inPieces = "values that RESTORE doesn't take, or that are too big for it, are not copied";

const copying: NeededCommand[] = [
  // Before applications come to the target, whoever still writes there is cut.
  { rule: 'client|kill', words: ['CLIENT', 'KILL', 'ID', '0'], side: 'target' },
  ...ofKey('restore 0 payload').map((row): NeededCommand => ({ ...row, side: 'target' })),
  ...ownKeys.map((row): NeededCommand => ({ ...row, side: 'target' })),
  { rule: 'watch', words: ['WATCH', anyKey], side: 'source', without: inPieces },
  ...ofKey(
    'rename key',
    'unlink',
    'persist',
    'pexpireat 0',
    'append v',
    'rpush v',
    'sadd m',
    'hset f v',
    'zadd 0 m',
    'xadd * f v',
  ).map((row): NeededCommand => ({ ...row, side: 'target', without: inPieces })),
];

/** Verification reads a value by its type when the two DUMPs differ. */
const reading: NeededCommand[] = [
  { rule: 'scan', words: ['SCAN', '0'] },
  { rule: 'randomkey', words: ['RANDOMKEY'] },
  ...ofKey('dump', 'pttl', 'exists', 'type', 'mget', 'strlen', 'getrange 0 0'),
  ...ofKey('hlen', 'hgetall', 'hmget f', 'hscan 0', 'llen', 'lrange 0 0'),
  ...ofKey('scard', 'smembers', 'sismember m', 'sscan 0', 'zcard', 'zrange 0 0', 'zscore m', 'zscan 0'),
  ...ofKey('xrange - +', 'xpending g', 'xinfo|stream', 'xinfo|groups', 'xinfo|consumers g'),
  { rule: 'pexpiretime', words: ['PEXPIRETIME', anyKey], since: 70_000, without: 'PTTL is used' },
  { rule: 'memory|usage', words: ['MEMORY', 'USAGE', anyKey], without: 'big keys are not compared in pieces' },
];

/** `xinfo|consumers g`: the command, and what comes after the key. */
function ofKey(...commands: string[]): NeededCommand[] {
  return commands.map(text => {
    const [rule = '', ...rest] = text.split(' ');
    return { rule, words: [...rule.split('|'), anyKey, ...rest] };
  });
}
