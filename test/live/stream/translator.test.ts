import { describe, expect, test } from 'vitest';
import type { MigrationPlan } from '../../../src/contract/plan.js';
import {
  AheadKeys,
  levelOf,
  rowByPositions,
  type TargetServer,
  Translator,
  type TranslatorOptions,
} from '../../../src/live/stream/index.js';
import { rows } from '../../../src/live/stream/table/index.js';
import { ByteBuilder } from '../../../src/resp/bytes.js';
import { Selection } from '../../../src/selection/selection.js';
import { lines, type Streamed, streamed } from './streamed.js';

const newest = 900;
const known = new Set([...rows.keys(), 'SELECT', 'FUNCTION', 'SCRIPT', 'SWAPDB', 'FLUSHALL', 'FLUSHDB']);
/** What these releases brought. */
const brought: Record<number, string[]> = {
  400: ['UNLINK', 'SWAPDB'],
  500: ['ZPOPMIN', 'ZPOPMAX', 'XADD'],
  602: ['LMOVE', 'COPY', 'ZDIFFSTORE', 'ZRANGESTORE', 'GEOSEARCHSTORE'],
  700: ['FUNCTION'],
  704: ['HPEXPIREAT', 'HPERSIST'],
  800: ['HSETEX'],
  802: ['XDELEX', 'XACKDEL'],
};

function targetOf(level: number): TargetServer {
  const later = Object.entries(brought).filter(([since]) => Number(since) > level);
  const lacking = new Set(later.flatMap(([, names]) => names));
  return { level, commands: new Set([...known].filter(name => !lacking.has(name))) };
}

interface Given extends Streamed, TranslatorOptions {
  level?: number;
  filter?: Partial<NonNullable<MigrationPlan['filter']>>;
  prefix?: { from: string; to: string };
  databases?: Record<string, number>;
  ahead?: string[];
  lateUntil?: number;
}

const everything = { match: [], exclude: [], types: [], databases: [] };

/** What a command becomes: lines of what is written, else what is to be done. */
function said(line: string, given: Given = {}): unknown {
  const { level = newest, filter, prefix = null, databases = {}, ahead = [], lateUntil = 0, ...options } = given;
  const rename = prefix || given.databases ? { databases, prefix } : null;
  const selection = Selection.of({ filter: filter ? { ...everything, ...filter } : null, rename });
  const translator = new Translator(selection, targetOf(level), options);
  translator.ahead = AheadKeys.of(ahead.map(key => ({ db: 0, key: Buffer.from(key).toString('base64'), until: 1e6 })));
  translator.lateUntil = lateUntil;
  translator.selected = given.db === undefined ? 0 : -1;
  const into = new ByteBuilder();
  const translation = translator.translate(streamed(line, given), into);
  const written = lines(into.view());
  if (translation.kind === 'commands') expect(written).toHaveLength(translation.count);
  else expect(written).toEqual([]);
  if (translation.kind === 'commands') return translation.note ? [...written, `(${translation.note})`] : written;
  if (translation.kind === 'fetch') return { fetch: translation.keys.map(({ db, key }) => `${db}/${key}`) };
  return translation;
}

const nothing = { kind: 'nothing' };
const noField = 'expiries of hash fields: the target knows none';

describe('a stream of which everything is wanted', () => {
  test.each([
    'SET key value',
    'set key value',
    'MSET a 1 b 2',
    'DEL a b c',
    'RENAME a b',
    'EVAL return{} 1 a',
    'FCALL f 1 a',
    'SORT a BY w* STORE b',
    'ZUNIONSTORE u 2 a b WEIGHTS 1 2',
    'XCLAIM x g c 0 1-1 TIME 1 RETRYCOUNT 1 FORCE JUSTID LASTID 1-1',
    'PFCOUNT a',
    'SCRIPT LOAD return{}',
    'VADD v VALUES 1 1 e',
  ])('passes as it is: %s', line => expect(said(line)).toEqual([line]));

  test.each([
    ['PING', nothing],
    ['REPLCONF GETACK *', nothing],
    ['SELECT 3', nothing],
    ['PUBLISH a b', nothing],
    ['MULTI', { kind: 'multi' }],
    ['EXEC', { kind: 'exec' }],
    ['FLUSHALL', ['FLUSHALL']],
    ['FLUSHALL SYNC', ['FLUSHALL']],
    ['FLUSHDB ASYNC', ['FLUSHDB ASYNC']],
    ['SWAPDB 0 3', ['SWAPDB 0 3']],
    ['MOVE a 3', ['MOVE a 3']],
    ['COPY a b DB 3', ['COPY a b REPLACE DB 3']],
    ['FUNCTION LOAD code', ['FUNCTION LOAD REPLACE code']],
    ['FUNCTION LOAD REPLACE code', ['FUNCTION LOAD REPLACE code']],
    ['FUNCTION FLUSH', ['FUNCTION FLUSH']],
    ['SPOP a', { fetch: ['0/a'] }],
    ['GETEX a EX 5', { fetch: ['0/a'] }],
    ['MSETEX 2 a 1 b 2 EX 5', { fetch: ['0/a', '0/b'] }],
    ['XREADGROUP GROUP g c STREAMS a b > >', { fetch: ['0/a', '0/b'] }],
    ['MODULE.SET a 1', { kind: 'unknown', name: 'MODULE.SET' }],
    ['ZUNIONSTORE a 3 b c', { kind: 'unknown', name: 'ZUNIONSTORE' }],
    ['XADD x IDMP p i 1-1 a b', { fetch: ['0/x'] }],
  ])('%s', (line, expected) => expect(said(line)).toEqual(expected));

  test.each([
    ['set a v xx px 5', ['SET a v PXAT 5']],
    ['copy a b db 3 replace', ['COPY a b REPLACE DB 3']],
    ['xadd x maxlen = 5 limit 2 1-1 a b', ['xadd x maxlen = 5 1-1 a b']],
    ['georadius a 1 1 1 km store __redis-migration:x', nothing],
  ])('in small letters, as clients write it: %s', (line, expected) => expect(said(line)).toEqual(expected));

  test('a swap of databases leaves the keys of the product where they are', () => {
    const ownKeys = ['__redis-migration:x'];
    const moved = ['SELECT 3', 'MOVE __redis-migration:x 0'];
    expect(said('SWAPDB 0 3', { ownKeys })).toEqual(['SWAPDB 0 3', ...moved]);
    expect(said('SWAPDB 3 0', { ownKeys })).toEqual(['SWAPDB 3 0', ...moved]);
    expect(said('SWAPDB 3 4', { ownKeys })).toEqual(['SWAPDB 3 4']);
    expect(said('SWAPDB 0 0', { ownKeys })).toEqual(['SWAPDB 0 0']);
  });

  test('the database is selected once, where the command is not for the one that is', () => {
    const translator = new Translator(Selection.everything, targetOf(newest));
    const into = new ByteBuilder();
    for (const db of [2, 2, 0]) translator.translate(streamed('INCR a', { db }), into);
    expect(lines(into.view())).toEqual(['SELECT 2', 'INCR a', 'INCR a', 'SELECT 0', 'INCR a']);
    expect(translator.selected).toBe(0);
  });

  test('the keys of the product itself never pass', () => {
    expect(said('SET __redis-migration:x 1')).toEqual(nothing);
    expect(said('DEL a __redis-migration:x b')).toEqual(['DEL a b']);
    expect(said('RENAME a __redis-migration:x')).toEqual({ fetch: ['0/a'] });
  });
});

describe('expiries', () => {
  const expiryShiftMs = 10_000;
  const arrivedAt = 1_700_000_000_000;
  test.each([
    ['SET a v EX 5', ['SET a v PXAT 1700000015000']],
    ['SET a v PX 5 NX', ['SET a v PXAT 1700000010005']],
    ['SET a v XX EXAT 5 GET', ['SET a v PXAT 15000']],
    ['SET a v PXAT 5', ['SET a v PXAT 10005']],
    ['SET a v KEEPTTL GET', ['SET a v KEEPTTL']],
    ['SET a v IFEQ x PXAT 5', ['SET a v PXAT 10005']],
    ['SETEX a 5 v', ['SET a v PXAT 1700000015000']],
    ['PSETEX a 5 v', ['SET a v PXAT 1700000010005']],
    ['EXPIRE a 5', ['PEXPIREAT a 1700000015000']],
    ['EXPIRE a -5', ['PEXPIREAT a 1700000005000']],
    ['PEXPIRE a 5 NX', ['PEXPIREAT a 1700000010005']],
    ['EXPIREAT a 5', ['PEXPIREAT a 15000']],
    ['PEXPIREAT a 5 GT', ['PEXPIREAT a 10005']],
    ['PEXPIREAT a 140737488355328', ['PEXPIREAT a 140737488355328']],
    ['RESTORE a 0 payload', ['RESTORE a 0 payload REPLACE']],
    ['RESTORE a 5 payload', ['RESTORE a 1700000010005 payload REPLACE ABSTTL']],
    ['RESTORE a 5 payload REPLACE ABSTTL FREQ 1', ['RESTORE a 10005 payload REPLACE ABSTTL']],
    ['HEXPIRE a 5 FIELDS 1 f', ['HPEXPIREAT a 1700000015000 FIELDS 1 f']],
    ['HPEXPIREAT a 5 GT FIELDS 1 f', ['HPEXPIREAT a 10005 GT FIELDS 1 f']],
    ['HSETEX a FNX EX 5 FIELDS 1 f v', ['HSETEX a FNX PXAT 1700000015000 FIELDS 1 f v']],
    ['HSETEX a PXAT 5 FIELDS 1 PX 7', ['HSETEX a PXAT 10005 FIELDS 1 PX 7']],
    ['HSETEX a FIELDS 1 EX 7', ['HSETEX a FIELDS 1 EX 7']],
    ['PEXPIREAT a 9999999999999999999', { fetch: ['0/a'] }],
    ['SET a v SURPRISE', { fetch: ['0/a'] }],
  ])('%s', (line, expected) => expect(said(line, { expiryShiftMs, arrivedAt })).toEqual(expected));

  test.each(['SET a v EX 5', 'SETEX a 5 v', 'EXPIRE a 5', 'RESTORE a 5 payload', 'HPEXPIRE a 5 FIELDS 1 f'])(
    'relative, and late: %s',
    line => expect(said(line, { lateUntil: 1000 })).toEqual({ fetch: ['0/a'] }),
  );
  test('absolute, and late: no matter', () => expect(said('PEXPIREAT a 5', { lateUntil: 1000 })).toHaveLength(1));
});

describe('a target that lacks', () => {
  const foreign = `payload${String.fromCharCode(12, 0)}checksum`;
  test.each<[number, string, unknown]>([
    [600, 'SET a v PXAT 5', ['SET a v', 'PEXPIREAT a 5']],
    [600, 'SET a v KEEPTTL', ['SET a v KEEPTTL']],
    [500, 'SET a v KEEPTTL', { fetch: ['0/a'] }],
    [302, 'UNLINK a b', ['DEL a b']],
    [302, 'HSET a f v g w', ['HMSET a f v g w']],
    [302, 'HSET a f v', ['HSET a f v']],
    [302, 'SWAPDB 0 1', { kind: 'resync', why: 'databases 0 and 1 of the source were swapped (SWAPDB)' }],
    [302, 'FLUSHALL ASYNC', ['FLUSHALL']],
    [400, 'RESTORE a 5 payload ABSTTL', ['RESTORE a 0 payload REPLACE', 'PEXPIREAT a 5']],
    [400, 'ZPOPMIN a', ['ZREMRANGEBYRANK a 0 0']],
    [400, 'ZPOPMAX a 3', ['ZREMRANGEBYRANK a -3 -1']],
    [400, 'ZPOPMAX a 0', nothing],
    [400, 'XADD x 1-1 a b', { fetch: ['0/x'] }],
    [600, 'LPOP a 3', ['LTRIM a 3 -1']],
    [600, 'RPOP a 3', ['LTRIM a 0 -4']],
    [600, 'LPOP a', ['LPOP a']],
    [600, 'LMOVE a b RIGHT LEFT', ['RPOPLPUSH a b']],
    [600, 'LMOVE a b LEFT RIGHT', { fetch: ['0/a', '0/b'] }],
    [600, 'COPY a b', { fetch: ['0/b'] }],
    [600, 'COPY a b DB 4', { fetch: ['4/b'] }],
    [600, 'ZDIFFSTORE a 2 b c', { fetch: ['0/a'] }],
    [600, 'ZADD a GT 1 b', { fetch: ['0/a'] }],
    [600, 'ZADD a CH 1 GT', ['ZADD a CH 1 GT']],
    [600, 'XADD x NOMKSTREAM MAXLEN = 5 LIMIT 3 1-1 a b', ['XADD x MAXLEN = 5 1-1 a b']],
    [600, 'XADD x MINID = 5 1-1 a b', { fetch: ['0/x'] }],
    [602, 'XADD x MINID = 5 LIMIT 9 1-1 LIMIT 1', ['XADD x MINID = 5 1-1 LIMIT 1']],
    [602, 'XADD x KEEPREF MAXLEN 5 1-1 a b', ['XADD x MAXLEN 5 1-1 a b']],
    [602, 'XTRIM x MAXLEN = 5 ACKED', { fetch: ['0/x'] }],
    [802, 'XTRIM x MAXLEN = 5 ACKED', ['XTRIM x MAXLEN = 5 ACKED']],
    [602, 'XGROUP SETID x g 1-1 ENTRIESREAD 4', ['XGROUP SETID x g 1-1']],
    [602, 'XGROUP CREATE x g $ MKSTREAM ENTRIESREAD 4', ['XGROUP CREATE x g $ MKSTREAM']],
    [600, 'XGROUP CREATECONSUMER x g c', ['XREADGROUP GROUP g c COUNT 1 STREAMS x 0']],
    [600, 'XGROUP DELCONSUMER x g ENTRIESREAD', ['XGROUP DELCONSUMER x g ENTRIESREAD']],
    [602, 'XSETID x 5-1 ENTRIESADDED 3 MAXDELETEDID 1-1', ['XSETID x 5-1']],
    [602, 'FUNCTION FLUSH', { kind: 'nothing', note: 'function libraries: the target knows none' }],
    [702, `RESTORE a 0 ${foreign}`, { fetch: ['0/a'] }],
    [704, `RESTORE a 0 ${foreign}`, [`RESTORE a 0 ${foreign} REPLACE`]],
    [702, 'HPEXPIREAT a 5 FIELDS 1 f', { kind: 'nothing', note: noField }],
    [702, 'HPERSIST a FIELDS 1 f', { kind: 'nothing', note: noField }],
    [702, 'HSETEX a KEEPTTL FIELDS 1 f v', ['HSET a f v']],
    [702, 'HSETEX a FXX PXAT 5 FIELDS 2 f v g w', ['HSET a f v g w', `(${noField})`]],
    [704, 'HSETEX a FXX PXAT 5 FIELDS 2 f v g w', ['HSET a f v g w', 'HPEXPIREAT a 5 FIELDS 2 f g']],
    [704, 'HSETEX a KEEPTTL FIELDS 1 f v', { fetch: ['0/a'] }],
    [800, 'XDELEX x IDS 1 1-1', { fetch: ['0/x'] }],
  ])('of level %i: %s', (level, line, expected) => expect(said(line, { level })).toEqual(expected));
});

describe('keys that are not selected by their names', () => {
  const filter = { match: ['a*'] };
  test.each([
    ['SET b 1', nothing],
    ['SET a 1', ['SET a 1']],
    ['DEL b c', nothing],
    ['DEL b a1 c a2', ['DEL a1 a2']],
    ['UNLINK b a1', ['UNLINK a1']],
    ['MSET b 1 a1 2 c 3 a2 4', ['MSET a1 2 a2 4']],
    ['MSETNX b 1 a1 2', ['MSET a1 2']],
    ['RENAME a b', { fetch: ['0/a'] }],
    ['RENAME b a', { fetch: ['0/a'] }],
    ['RENAME b c', nothing],
    ['RENAME a a2', ['RENAME a a2']],
    ['COPY a b', nothing],
    ['COPY b a', { fetch: ['0/a'] }],
    ['SMOVE a b m', { fetch: ['0/a'] }],
    ['LMOVE b a LEFT LEFT', { fetch: ['0/a'] }],
    ['RPOPLPUSH a a2', ['RPOPLPUSH a a2']],
    ['SUNIONSTORE a a1 b', { fetch: ['0/a'] }],
    ['SUNIONSTORE b a1 a2', nothing],
    ['ZUNIONSTORE a 2 a1 b WEIGHTS 1 2', { fetch: ['0/a'] }],
    ['ZUNIONSTORE a 2 a1 a2 WEIGHTS 1 2', ['ZUNIONSTORE a 2 a1 a2 WEIGHTS 1 2']],
    ['GEOSEARCHSTORE a b FROMMEMBER m BYRADIUS 1 m', { fetch: ['0/a'] }],
    ['GEORADIUS b 1 1 1 km STORE a', { fetch: ['0/a'] }],
    ['GEORADIUS b 1 1 1 km', nothing],
    ['PFMERGE a b', { fetch: ['0/a'] }],
    ['BITOP AND a a1 b', { fetch: ['0/a'] }],
    ['SORT b STORE a', { fetch: ['0/a'] }],
    ['SORT a STORE a2', { fetch: ['0/a2'] }],
    ['EVAL script 3 a b a2 arg', { fetch: ['0/a', '0/a2'] }],
    ['EVAL script 1 b', nothing],
    ['EVAL script 0', nothing],
    ['LMPOP 2 a b LEFT', { fetch: ['0/a'] }],
    ['MOVE b 1', nothing],
    ['FLUSHDB', { kind: 'sweep', db: 0 }],
    ['FLUSHALL', { kind: 'sweep', db: null }],
    ['SWAPDB 0 1', { kind: 'resync', why: 'databases 0 and 1 of the source were swapped (SWAPDB)' }],
    ['XGROUP CREATE b a 0', nothing],
  ])('%s', (line, expected) => expect(said(line, { filter })).toEqual(expected));
});

describe('keys that the target has of a later offset', () => {
  const ahead = ['b'];
  test.each([
    ['SET b 1', nothing],
    ['SET a 1', ['SET a 1']],
    ['DEL a b c', ['DEL a c']],
    ['RENAME b a', { fetch: ['0/a'] }],
    ['SUNIONSTORE a b', { fetch: ['0/a'] }],
    ['SUNIONSTORE b a', nothing],
    ['EVAL script 1 a', { fetch: ['0/a'] }],
    ['SORT a STORE c', { fetch: ['0/c'] }],
    ['FLUSHALL', { kind: 'sweep', db: null }],
    ['SWAPDB 0 1', { kind: 'resync', why: 'databases 0 and 1 of the source were swapped (SWAPDB)' }],
    ['SWAPDB 1 2', ['SWAPDB 1 2']],
  ])('%s', (line, expected) => expect(said(line, { ahead })).toEqual(expected));

  test('only until the stream has come there', () => {
    const keys = AheadKeys.of([{ db: 0, key: Buffer.from('b').toString('base64'), until: 100 }]);
    const bytes = Buffer.from('ab');
    expect([keys.has(0, bytes, 1, 2, 100), keys.has(0, bytes, 1, 2, 101), keys.has(1, bytes, 1, 2, 100)]).toEqual([
      true,
      false,
      false,
    ]);
    keys.add({ db: 3, key: Buffer.from('c') }, 200);
    keys.forget(100);
    expect(keys.list()).toEqual([{ db: 3, key: Buffer.from('c').toString('base64'), until: 200 }]);
  });
});

describe('types', () => {
  const filter = { types: ['zset', 'string'] };
  test.each([
    ['APPEND a 1', ['APPEND a 1']],
    ['HSET a f v', nothing],
    ['SUNIONSTORE a b', ['DEL a']],
    ['ZADD a 1 b', ['ZADD a 1 b']],
    ['ZUNIONSTORE a 1 b', { fetch: ['0/a'] }],
    ['DEL a b', ['DEL a b']],
    ['PEXPIREAT a 5', ['PEXPIREAT a 5']],
    ['RENAME a b', { fetch: ['0/a', '0/b'] }],
    ['COPY a b', { fetch: ['0/b'] }],
    ['MOVE a 1', { fetch: ['0/a', '1/a'] }],
    ['RESTORE a 0 payload', { fetch: ['0/a'] }],
    ['SORT a STORE b', { fetch: ['0/b'] }],
    ['EVAL script 1 a', { fetch: ['0/a'] }],
  ])('%s', (line, expected) => expect(said(line, { filter })).toEqual(expected));
  test('what overwrites one that is selected with one that is not removes it', () => {
    expect(said('MSET a 1 b 2', { filter: { types: ['hash'] } })).toEqual(['DEL a b']);
    expect(said('SET a 1', { filter: { types: ['hash'], match: ['b'] } })).toEqual(nothing);
  });
});

describe('other names and databases', () => {
  const given: Given = {
    db: 1,
    databases: { 1: 5, 2: 6 },
    filter: { databases: [1, 2] },
    prefix: { from: 'old:', to: 'n:' },
  };
  test.each([
    ['SET old:a old:v', ['SELECT 5', 'SET n:a old:v']],
    ['SET old:a v PXAT 5', ['SELECT 5', 'SET n:a v PXAT 5']],
    ['DEL old:a b old:', ['SELECT 5', 'DEL n:a b n:']],
    ['MSET old:a old:v b 2', ['SELECT 5', 'MSET n:a old:v b 2']],
    ['ZUNIONSTORE old:u 2 old:a b WEIGHTS 1 2', ['SELECT 5', 'ZUNIONSTORE n:u 2 n:a b WEIGHTS 1 2']],
    ['BITOP AND old:a old:b', ['SELECT 5', 'BITOP AND n:a n:b']],
    ['XGROUP CREATE old:a old:g 0', ['SELECT 5', 'XGROUP CREATE n:a old:g 0']],
    ['XADD old:a NOMKSTREAM LIMIT 1 1-1 old:f v', ['SELECT 5', 'XADD n:a NOMKSTREAM 1-1 old:f v']],
    ['GEORADIUS old:a 1 1 1 km STORE old:b', ['SELECT 5', 'GEORADIUS n:a 1 1 1 km STORE n:b']],
    ['RENAME old:a x', ['SELECT 5', 'RENAME n:a x']],
    ['MOVE old:a 2', ['SELECT 5', 'MOVE n:a 6']],
    ['MOVE old:a 3', { fetch: ['1/old:a'] }],
    ['COPY old:a old:b DB 2', ['SELECT 5', 'COPY n:a n:b REPLACE DB 6']],
    ['COPY old:a old:b DB 3', nothing],
    ['EVAL script 1 old:a', { fetch: ['1/old:a'] }],
    ['SORT old:a STORE old:b', { fetch: ['1/old:b'] }],
    ['FLUSHDB', { kind: 'sweep', db: 1 }],
    ['SWAPDB 3 4', nothing],
  ])('%s', (line, expected) => expect(said(line, given)).toEqual(expected));

  test('from a database that is not selected', () => {
    expect(said('SET a 1', { ...given, db: 0 })).toEqual(nothing);
    expect(said('FLUSHDB', { ...given, db: 0 })).toEqual(nothing);
    expect(said('MOVE a 1', { ...given, db: 0 })).toEqual({ fetch: ['1/a'] });
    expect(said('COPY a b DB 2', { ...given, db: 0 })).toEqual({ fetch: ['2/b'] });
  });
});

test('commands of modules go by their key positions', () => {
  const others = new Map([['MODULE.SET', rowByPositions({ first: 1, last: 2, step: 1 })]]);
  const commands = new Set(['MODULE.SET']);
  const translator = new Translator(Selection.everything, { level: newest, commands }, { others });
  expect(translator.translate(streamed('MODULE.SET a b c'), new ByteBuilder())).toMatchObject({ kind: 'commands' });
  expect(said('MODULE.SET a b c', { others })).toEqual({ fetch: ['0/a', '0/b'] });
  expect(said('MODULE.SET a b c', { others, filter: { match: ['a'] } })).toEqual({ fetch: ['0/a'] });
});

test('the keys that a command writes', () => {
  const keysOf = (line: string) => new Translator(Selection.everything, targetOf(newest)).keysOf(streamed(line));
  expect(keysOf('COPY a b DB 3')).toEqual([{ db: 3, key: Buffer.from('b') }]);
  expect(keysOf('RENAME a b')?.map(({ key }) => String(key))).toEqual(['a', 'b']);
  expect(keysOf('FLUSHALL')).toEqual([]);
  expect(keysOf('MODULE.SET a')).toBeNull();
});

test('the level of a version', () => {
  expect(['2.8.19', '6.0.16', '7.2.4', '8.2'].map(levelOf)).toEqual([208, 600, 702, 802]);
});
