import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../soak/random.js';
import { type Address, type Command, type Connection, connect } from '../../lab/index.js';
import { randomCommands } from '../stream/random-commands.js';

export const databases = [0, 1, 2];
/** Nothing that a writer sends lasts longer than this, or less long than an hour. In ms. */
export const shortestLifeMs = 1500;

/** What can't be done twice, or not at all, without being seen. Nothing else writes these keys. */
const exact = (random: Random, seq: number): Command[] => {
  const n = random.integer(0, 4);
  return random.pick<Command[]>([
    [['INCR', `n:${n}`]],
    [['RPUSH', `l:${n}`, seq]],
    [['APPEND', `s:${n}`, `${seq},`]],
    [['HINCRBY', `h:${n}`, 'f', 1]],
    [['ZINCRBY', `z:${n}`, 1, 'm']],
    [['INCRBYFLOAT', `f:${n}`, '0.5']],
    [['XADD', `x:${n}`, '*', 'seq', seq]],
    [['RPOPLPUSH', `l:${n}`, `l:${random.integer(0, 4)}`]],
    [['MULTI'], ['INCR', `n:${n}`], ['RPUSH', `l:${n}`, seq], ['INCR', `b:${n}`], ['EXEC']],
    [['MULTI'], ['INCR', `n:${n}`], ['SELECT', random.pick(databases)], ['APPEND', `s:${n}`, '+'], ['EXEC']],
    [['EVAL', "redis.call('incr',KEYS[1]) redis.call('rpush',KEYS[2],ARGV[1])", 2, `n:${n}`, `l:${n}`, seq]],
  ]);
};

/** Keys that expire, and are renewed just before. */
const volatile = (random: Random): Command[] => {
  const key = `v:${random.integer(0, 9)}`;
  const ms = random.integer(1, 400);
  return random.pick<Command[]>([
    [['INCR', key]],
    [
      ['INCR', key],
      ['PEXPIRE', key, ms],
    ],
    [['SET', key, 100, 'PX', ms]],
    [['EXPIRE', key, 1]],
    [['PERSIST', key]],
    [['SETEX', key, 1, 7]],
    [['SET', key, 5, 'KEEPTTL']],
    [['GETEX', key, 'PX', ms]],
    [['PEXPIREAT', key, Date.now() + ms]],
    [['EXPIRE', key, 7200]],
    [['RENAME', key, `v:${random.integer(0, 9)}`]],
    [
      ['HSET', `vh:${key}`, 'a', 1, 'b', 2, 'c', ms],
      ['HPEXPIRE', `vh:${key}`, random.pick([ms, 7_200_000]), 'FIELDS', 1, random.pick(['a', 'b'])],
      ['HINCRBY', `vh:${key}`, 'a', 1],
    ],
    [['HPERSIST', `vh:${key}`, 'FIELDS', 1, 'a']],
  ]);
};

export interface NoiseOptions {
  /** Where the source is at the moment. */
  source: () => Address;
  random: Random;
  /** One in so many of the random commands flushes. */
  flushEvery: number;
  /** One in so many turns swaps two databases; 0: never. */
  swapEvery: number;
}

/** An application of the source: goes on writing until it is stopped, whatever happens to the source. */
export class Noise {
  writes = 0;
  #stopped = false;
  readonly #ended: Promise<void>;

  constructor(private readonly options: NoiseOptions) {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const connection = await connect(this.options.source()).catch(() => null);
      if (connection) await this.#write(connection).catch(() => {}); // The source is away for now.
      connection?.close();
      await sleep(10);
    }
  }

  async #write(connection: Connection): Promise<void> {
    const { random } = this.options;
    while (!this.#stopped) {
      const commands = this.#turn();
      await connection.pipeline(commands);
      this.writes += commands.length;
      if (random.chance(0.3)) await sleep(random.integer(0, 8));
    }
  }

  #turn(): Command[] {
    const { random, flushEvery, swapEvery } = this.options;
    if (swapEvery > 0 && random.integer(1, swapEvery) === 1)
      return [['SWAPDB', random.pick(databases), random.pick(databases)]];
    const commands: Command[] = random.chance(0.3) ? [['SELECT', random.pick(databases)]] : [];
    for (let n = random.integer(1, 6); n > 0; n--) {
      const kind = random.next();
      if (kind < 0.4) commands.push(...exact(random, this.writes + n));
      else if (kind < 0.75) commands.push(...volatile(random));
      else commands.push(...randomCommands(below => random.integer(0, below - 1), 4, flushEvery));
    }
    return commands;
  }
}
