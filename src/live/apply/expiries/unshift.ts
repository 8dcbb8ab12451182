import type { RespConnection } from '../../../resp/connection.js';
import type { Arg } from '../../../resp/encode.js';
import { refused } from '../../../resp/failure.js';
import { type Reply, RespError } from '../../../resp/reply.js';
import { type Abilities, abilities } from '../../../values/copy/abilities.js';
import { isOfChangedKey } from '../../../values/copy/changed.js';
import { unixMs } from '../../../values/server-time.js';
import * as script from './script.js';

/** A key, or a field of a hash. */
interface Expiring {
  key: Buffer;
  field?: Buffer;
}

/** How often a key is tried that is written all the time. */
const attempts = 50;

/** Takes the shift off expiries, each in one step on the server: by a script, or under WATCH where none may be run. */
export class Unshift {
  /** Those that were written again and again while they were tried. */
  left = 0;
  #scripts = true;

  private constructor(
    private readonly connection: RespConnection,
    private readonly able: Abilities,
    /** What lies between is shifted: from the shift itself to before this, in Unix ms. */
    private readonly shiftMs: number,
    private readonly end: number,
    /** The server's, Unix ms. */
    private readonly now: number,
  ) {}

  /** @param farMs expiries from there on were not shifted. @throws MigrationError */
  static async begin(connection: RespConnection, shiftMs: number, farMs: number): Promise<Unshift> {
    const [able, time] = await Promise.all([abilities(connection), connection.command('TIME')]);
    return new Unshift(connection, able, shiftMs, shiftMs + farMs, unixMs(time) ?? Date.now());
  }

  /** @returns how many were shifted. @throws MigrationError */
  async keys(keys: readonly Buffer[]): Promise<number> {
    const { absoluteTimes } = this.able;
    const name = absoluteTimes ? script.keysAbsolute : script.keysRelative;
    const done = await this.#byScript(name, keys, absoluteTimes ? [] : [this.now]);
    return done ?? this.#underWatch(keys.map(key => ({ key })));
  }

  /** Of one hash. @returns how many were shifted. @throws MigrationError */
  async fields(key: Buffer, fields: readonly Buffer[]): Promise<number> {
    const done = await this.#byScript(script.fields, [key], fields);
    return done ?? this.#underWatch(fields.map(field => ({ key, field })));
  }

  /** @returns undefined where no script may be run */
  async #byScript(text: string, keys: readonly Buffer[], more: readonly Arg[]): Promise<number | undefined> {
    if (!this.#scripts) return undefined;
    const [reply] = await this.connection.pipeline([
      ['EVAL', text, keys.length, ...keys, this.shiftMs, this.end, ...more],
    ]);
    if (!(reply instanceof RespError)) return Number(reply);
    if (!/^NOPERM|unknown command/i.test(reply.message)) throw refused(this.connection.endpoint, 'EVAL', reply);
    this.#scripts = false;
    return undefined;
  }

  async #underWatch(all: readonly Expiring[]): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const done = await this.#tryAll(all);
      if (done !== undefined) return done;
      // One of them was written meanwhile.
      const half = all.length >> 1;
      if (half > 0) return (await this.#underWatch(all.slice(0, half))) + (await this.#underWatch(all.slice(half)));
    }
    this.left += all.length;
    return 0;
  }

  /** @returns undefined when one of the keys was written meanwhile */
  async #tryAll(all: readonly Expiring[]): Promise<number | undefined> {
    const [, time, ...answers] = await this.#ask([
      ['WATCH', ...new Set(all.map(({ key }) => key))],
      ['TIME'],
      ...all.map(expiring => this.#question(expiring)),
    ]);
    const now = this.able.absoluteTimes ? 0 : (unixMs(time as Reply) ?? 0);
    const commands = all.flatMap((expiring, index) => this.#mend(expiring, answers[index] as Reply, now));
    if (commands.length === 0) await this.#ask([['UNWATCH']]);
    else if ((await this.#ask([['MULTI'], ...commands, ['EXEC']])).at(-1) === null) return undefined;
    return commands.length;
  }

  #question({ key, field }: Expiring): Arg[] {
    if (field) return ['HPEXPIRETIME', key, 'FIELDS', 1, field];
    return [this.able.absoluteTimes ? 'PEXPIRETIME' : 'PTTL', key];
  }

  #mend({ key, field }: Expiring, answer: Reply, now: number): Arg[][] {
    const told = Number(Array.isArray(answer) ? answer[0] : answer);
    const at = told + now;
    if (!(told >= 0 && at >= this.shiftMs && at < this.end)) return [];
    const unshifted = at - this.shiftMs;
    return [field ? ['HPEXPIREAT', key, unshifted, 'FIELDS', 1, field] : ['PEXPIREAT', key, unshifted]];
  }

  async #ask(commands: Arg[][]): Promise<Reply[]> {
    const replies = await this.connection.pipeline(commands);
    for (const [index, reply] of replies.entries())
      if (reply instanceof RespError && !isOfChangedKey(reply))
        throw refused(this.connection.endpoint, String(commands[index]?.[0]), reply);
    return replies;
  }
}
