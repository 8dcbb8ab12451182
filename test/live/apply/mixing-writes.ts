import { setImmediate as turn } from 'node:timers/promises';
import { type Command, type RedisServer, waitFor } from '../../lab/index.js';

/** Writes of all types that mix keys of several names and databases, as fast as the source takes them. */
export function mixingWrites(source: RedisServer, { flushes = true } = {}) {
  let going = true;
  let count = 0;
  const writing = write();

  async function write(): Promise<void> {
    const connection = await source.connect();
    for (; going; await turn()) {
      const commands = Array.from({ length: 10 }, () => next(flushes));
      await connection.pipeline([['SELECT', pick(0, 1)], ...commands]);
      count += commands.length;
    }
    connection.close();
  }

  return {
    get count(): number {
      return count;
    },
    /** Goes on writing until it is so. */
    async until(condition: () => boolean): Promise<void> {
      while (!condition()) await turn();
    },
    async stop(): Promise<void> {
      going = false;
      await writing;
    },
  };
}

/** Resolves when the server has removed all that expires soon, and told its replicas. */
export async function expiredAll(server: RedisServer): Promise<void> {
  const connection = await server.connect();
  for (const db of [0, 1])
    await waitFor(
      async () => {
        const [, size, keys] = await connection.pipeline([['SELECT', db], ['DBSIZE'], ['KEYS', '*']]);
        const left = (await connection.pipeline((keys as Buffer[]).map(key => ['PTTL', key]))) as number[];
        return size === left.length && left.every(ms => ms === -1 || ms > 50_000);
      },
      { what: 'what expires to be gone' },
    );
  connection.close();
}

const pick = <Choice>(...choices: Choice[]): Choice => choices[Math.floor(Math.random() * choices.length)] as Choice;
const number = (): number => Math.floor(Math.random() * 100);
const key = (type: string): string => `${pick('in', 'out')}:${type}:${number() % 8}`;
const farAway = (): number => Date.now() + 10_000_000 + number();

const forms: (() => Command)[] = [
  () => ['INCR', key('n')],
  () => ['INCR', key('n')],
  () => ['APPEND', key('s'), 'x'],
  () => ['SETRANGE', key('s'), number(), 'yz'],
  () => ['RPUSH', key('l'), number(), number()],
  () => ['LPOP', key('l')],
  () => ['SADD', key('set'), number(), number()],
  () => ['SREM', key('set'), number()],
  () => ['ZADD', key('z'), number(), number()],
  () => ['HSET', key('h'), number() % 10, number()],
  () => ['HINCRBY', key('h'), number() % 10, 1],
  () => ['RENAME', key('n'), key('n')],
  () => ['COPY', key('s'), key('s'), 'REPLACE'],
  () => ['COPY', key('h'), key('h'), 'DB', pick(0, 1)],
  () => ['MOVE', key('n'), pick(0, 1)],
  () => ['LMOVE', key('l'), key('l'), 'LEFT', 'RIGHT'],
  () => ['SMOVE', key('set'), key('set'), number()],
  () => ['SUNIONSTORE', key('set'), key('set'), key('set')],
  () => ['ZUNIONSTORE', key('z'), 2, key('z'), key('set')],
  () => ['SORT', key('l'), 'STORE', key('l')],
  () => ['MSET', key('s'), number(), key('s'), number()],
  () => ['DEL', key('s'), key('h'), key('n')],
  () => ['PEXPIREAT', key('h'), farAway()],
  () => ['PEXPIRE', key('s'), 1 + number()],
  () => ['PERSIST', key('h')],
  () => ['SET', key('n'), number(), 'PX', 100_000],
  () => ['BITOP', 'OR', key('s'), key('s'), key('s')],
];
const rare: (() => Command)[] = [() => ['FLUSHDB'], () => ['SET', key('l'), 'no list any more'], () => ['FLUSHALL']];

function next(flushes: boolean): Command {
  return flushes && Math.random() < 0.003 ? pick(...rare)() : pick(...forms)();
}
