import type { Random } from '../../../soak/random.js';
import { everyKey } from '../../lab/fill.js';
import { type Command, type Connection, fillEveryType, heldBy, hugeShapes, type RedisServer } from '../../lab/index.js';
import { rows } from '../../values/rows.js';
import { taken } from './application.js';

/** Nobody writes there: what is compared in every detail, as it came with the snapshot. */
export const untouched = 15;
/** Those of `fillEveryType` that are written to. */
const written = [0, 3];
const dayMs = 86_400_000;

const library = (name: string, value: string): string => `#!lua name=${name}
redis.register_function('${name}', function(keys, args)
  redis.call('INCR', keys[1])
  return redis.call('RPUSH', keys[2], '${value}' .. args[1])
end)`;

/** Every type and encoding that a source holds, in several databases under names of all kinds; big values; and libraries. */
export async function fillEdgeCases(source: RedisServer, { huge }: { huge: boolean }): Promise<void> {
  await fillEveryType(source, { among: await heldBy(source) });
  const connection = await source.connect();
  const bigList = Array.from({ length: 12 }, (_, n) => Buffer.alloc(1 << 20, `element ${n} `));
  await connection.pipeline([
    ['SELECT', untouched],
    ...(huge ? hugeShapes.flatMap(({ name, make }) => make(Buffer.from(name))) : []),
    ...(huge ? [['RPUSH', 'list:huge', ...bigList]] : []),
    ...rows.flatMap(({ name, make }) => make(`row:${name}`)),
    ...['of-snapshot', 'replaced', 'deleted'].map(name => ['FUNCTION', 'LOAD', library(name, 'first')]),
  ]);
  connection.close();
}

/** One key of the table after the other made anew, copied, renamed, moved, restored, with one expiry and another. */
export async function edgeCasesAgain(source: RedisServer, random: Random) {
  const all = everyKey(await heldBy(source));
  return async (connection: Connection): Promise<number> => {
    let count = 0;
    for (let n = 0; n < 12; n++) {
      const [key, make] = random.pick(all);
      const db = random.pick(written);
      count += await taken(connection, [['SELECT', db], ...again(random, key, make, db === 0 ? 3 : 0)]);
      const payload = await connection.send('DUMP', key);
      if (Buffer.isBuffer(payload)) count += await taken(connection, [restored(random, key, payload)]);
    }
    return count;
  };
}

function again(random: Random, key: Buffer, make: readonly Command[], other: number): Command[] {
  const beside = Buffer.concat([Buffer.from('beside:'), key]);
  return random.pick<Command[]>([
    [['DEL', key], ...make],
    [['MULTI'], ['UNLINK', key], ...make, ['EXEC']],
    [
      ['COPY', key, beside, 'REPLACE'],
      ['COPY', key, beside, 'DB', other, 'REPLACE'],
    ],
    [['RENAME', key, beside], ['RENAMENX', beside, key], ...make.slice(0, 1)],
    [
      ['SELECT', other],
      ['DEL', beside],
      ['SELECT', 3 - other],
      ['RENAME', key, beside],
      ['MOVE', beside, other],
      ...make,
    ],
    [
      ['PEXPIRE', key, dayMs],
      ['PERSIST', key],
      ['EXPIREAT', key, Math.floor(Date.now() / 1000) + 86_400],
    ],
    [['PEXPIRE', key, 1], ...make.slice(0, 1)],
    [['DEL', key]],
  ]);
}

function restored(random: Random, key: Buffer, payload: Buffer): Command {
  const name = Buffer.concat([Buffer.from('restored:'), key]);
  return random.pick<Command>([
    ['RESTORE', name, 0, payload, 'REPLACE'],
    ['RESTORE', name, dayMs, payload, 'REPLACE'],
    ['RESTORE', name, Date.now() + dayMs, payload, 'REPLACE', 'ABSTTL', 'FREQ', 7],
  ]);
}

/** Every kind of value that is compared, with a change after the other. */
export function rowsAgain(random: Random) {
  return async (connection: Connection): Promise<number> => {
    const { name, make, alike = make, changes } = random.pick(rows);
    const key = `changed:${name}`;
    const making = random.chance(0.5) ? make(key) : alike(key);
    const change = random.pick(Object.values(changes));
    return taken(connection, [['SELECT', random.pick(written)], ['DEL', key], ...making, ...change(key)]);
  };
}

/** Libraries come, change and go; scripts and functions write. */
export function scripts(random: Random) {
  let seq = 0;
  return async (connection: Connection): Promise<number> => {
    const both = "redis.call('INCR', KEYS[1]) return redis.call('RPUSH', KEYS[2], ARGV[1])";
    const sha = String(await connection.send('SCRIPT', 'LOAD', both));
    const keys = ['of:scripts', 'of:scripts:list'];
    return taken(connection, [
      ['EVAL', both, 2, ...keys, ++seq],
      ['EVALSHA', sha, 2, ...keys, ++seq],
      ['FCALL', 'of-snapshot', 2, ...keys, ++seq],
      ...(random.chance(0.2) ? [['FUNCTION', 'LOAD', 'REPLACE', library('replaced', `${seq}`)]] : []),
      ...(random.chance(0.2) ? [['FUNCTION', 'LOAD', library('of-stream', '')]] : []),
      ...(random.chance(0.2) ? [['FUNCTION', 'DELETE', random.pick(['deleted', 'of-stream'])]] : []),
      ...(random.chance(0.05) ? [['SCRIPT', 'FLUSH']] : []),
      ['FCALL', 'replaced', 2, ...keys, ++seq],
    ]);
  };
}
