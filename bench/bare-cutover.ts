import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../test/lab/clock.js';
import type { Connection } from '../test/lab/connection.js';
import type { RedisServer } from '../test/lab/redis.js';
import { asText } from '../test/lab/replies.js';

export interface Pair {
  /** Takes the writes before. */
  source: RedisServer;
  /** Its replica, in sync; takes the writes afterwards. */
  target: RedisServer;
}

export interface CutoverTimes {
  /** From the reply to the pause to the reply to the parking: what draining costs. */
  pauseToParkedMs: number;
  /** From the reply to the pause to the reply to the promotion. */
  pauseToPromotedMs: number;
  /** From the reply to the promotion until the waiting writers were let go and sent away. */
  promotedToReleasedMs: number;
}

const drainTimeoutMs = 5000;

/**
 * The cutover as the shortest script that loses nothing: demote first, promote after. No crash safety, no checks of who
 * else is at work: this is the floor that ours is measured against.
 */
export async function bareCutover({ source, target }: Pair): Promise<CutoverTimes> {
  const [old, next] = await Promise.all([source.connect(), target.connect()]);
  try {
    await old.send('CLIENT', 'PAUSE', drainTimeoutMs + 5000, 'WRITE');
    const paused = now();
    await drain(old, next);
    const parkedAt = await park(old);
    const parked = now();
    await untilApplied(next, parkedAt);
    await next.send('REPLICAOF', 'NO', 'ONE');
    const promoted = now();
    await old.send('REPLICAOF', target.host, target.port);
    await old.send('CLIENT', 'UNPAUSE');
    await old.send('CLIENT', 'KILL', 'TYPE', 'normal');
    return {
      pauseToParkedMs: (parked - paused) / 1000,
      pauseToPromotedMs: (promoted - paused) / 1000,
      promotedToReleasedMs: (now() - promoted) / 1000,
    };
  } finally {
    old.close();
    next.close();
  }
}

interface Position {
  id: string;
  offset: number;
}

async function drain(old: Connection, next: Connection): Promise<void> {
  for (const end = now() + drainTimeoutMs * 1000; now() < end; ) {
    const [ahead, behind] = await Promise.all([positionOf(old), positionOf(next)]);
    if (isSame(ahead, behind)) return;
  }
  await old.send('CLIENT', 'UNPAUSE');
  throw new Error('the target did not catch up within the pause: the source takes writes again');
}

/** The offset comes from the same transaction as the demotion: nothing can be written after it. */
async function park(old: Connection): Promise<Position> {
  const commands = [['MULTI'], ['INFO', 'replication'], ['REPLICAOF', '127.0.0.1', 1], ['EXEC']];
  const reply = (await old.pipeline(commands)).at(-1);
  if (!Array.isArray(reply) || reply[1] !== 'OK')
    throw new Error(`could not park the source: ${asText(reply ?? null)}`);
  return readPosition(asText(reply[0] ?? null));
}

async function untilApplied(next: Connection, parkedAt: Position): Promise<void> {
  for (const end = now() + 1_000_000; now() < end; await sleep(1)) if (isSame(parkedAt, await positionOf(next))) return;
  throw new Error('the target does not match the parked source: promote neither before looking');
}

const positionOf = async (connection: Connection): Promise<Position> =>
  readPosition(asText(await connection.send('INFO', 'replication')));

/** A master's own offset, or what a replica has applied. */
function readPosition(info: string): Position {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)\r$`, 'm').exec(info)?.[1];
  const offset = field('role') === 'master' ? field('master_repl_offset') : field('slave_repl_offset');
  return { id: field('master_replid') ?? '', offset: Number(offset ?? Number.NaN) };
}

const isSame = (one: Position, other: Position): boolean => one.id === other.id && one.offset === other.offset;
