import type { Command } from './connection.js';

/** A kind of value that a migration may meet: every method is tried on each row. */
export interface Shape {
  name: string;
  /** Commands that make the key, which is called `key` here. */
  make(key: Buffer): Command[];
  /** What `OBJECT ENCODING` answers on 7.0 with its default settings. */
  encoding: string;
  /** A command of the version from which on servers can hold it. @default held by all */
  needs?: string;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const allBytes = Buffer.from(numbers(256));
const someBytes = Buffer.from([0, 255, 13, 10, 34]);

const strings: Shape[] = [
  { name: 'string:int', encoding: 'int', make: key => [['SET', key, '-9223372036854775808']] },
  { name: 'string:embstr', encoding: 'embstr', make: key => [['SET', key, 'short']] },
  { name: 'string:raw', encoding: 'raw', make: key => [['SET', key, 'long'.repeat(1000)]] },
  { name: 'string:one-byte', encoding: 'embstr', make: key => [['SET', key, '\0']] },
  { name: 'string:empty', encoding: 'embstr', make: key => [['SET', key, '']] },
  { name: 'string:binary', encoding: 'raw', make: key => [['SET', key, allBytes]] },
  { name: 'string:bitmap', encoding: 'raw', make: key => [...[7, 1000, 80_000].map(bit => ['SETBIT', key, bit, 1])] },
  { name: 'string:hyperloglog', encoding: 'raw', make: key => [['PFADD', key, ...numbers(50)]] },
];

/** Denormals, both ends of the range, what no short decimal is exact for, and the ends of exact integers. */
const extremes = [
  ...['5e-324', '-2.2250738585072009e-308', '2.2250738585072014e-308', '1.7976931348623157e308'],
  ...['-1.7976931348623157e308', 'inf', '-inf', '-0', '0.1', '1e-5', '1e21', '3.0000000000000004'],
  ...['9007199254740992', '-9007199254740993', '1234567890123456789'],
];

const collections: Shape[] = [
  { name: 'list:short', encoding: 'quicklist', make: key => [['RPUSH', key, 'a', 1, '', allBytes, 'a']] },
  {
    name: 'list:long',
    encoding: 'quicklist',
    make: key => [['RPUSH', key, ...numbers(5000).map(n => `element-${n}`)]],
  },
  { name: 'list:big-element', encoding: 'quicklist', make: key => [['RPUSH', key, 'small', 'x'.repeat(70_000)]] },
  { name: 'set:intset-16', encoding: 'intset', make: key => [['SADD', key, -32_768, 0, 32_767]] },
  { name: 'set:intset-32', encoding: 'intset', make: key => [['SADD', key, -1, 32_768, 2_147_483_647]] },
  { name: 'set:intset-64', encoding: 'intset', make: key => [['SADD', key, -1, 0, 70_000, '9223372036854775807']] },
  { name: 'set:few', encoding: 'hashtable', make: key => [['SADD', key, 'a', 1, '', someBytes]] },
  { name: 'set:many', encoding: 'hashtable', make: key => [['SADD', key, ...numbers(1000).map(n => `member-${n}`)]] },
  {
    name: 'zset:listpack',
    encoding: 'listpack',
    make: key => [['ZADD', key, 'inf', 'a', '-inf', 'b', '1e-300', 'c', '0.1', 'd', '-0', 'e']],
  },
  {
    name: 'zset:extreme-scores',
    encoding: 'listpack',
    make: key => [['ZADD', key, ...extremes.flatMap((score, n) => [score, `member-${n}`])]],
  },
  {
    name: 'zset:skiplist-extremes',
    encoding: 'skiplist',
    make: key => [['ZADD', key, ...extremes.flatMap((score, n) => [score, `${n}`.padEnd(100)])]],
  },
  {
    name: 'zset:skiplist',
    encoding: 'skiplist',
    make: key => [['ZADD', key, ...numbers(500).flatMap(n => [n / 3, `member-${n}`])]],
  },
  { name: 'zset:equal-scores', encoding: 'listpack', make: key => [['ZADD', key, 1, 'b', 1, 'a', 1, someBytes]] },
  {
    name: 'zset:geo',
    encoding: 'listpack',
    make: key => [['GEOADD', key, 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania']],
  },
  {
    name: 'hash:listpack',
    encoding: 'listpack',
    make: key => [['HSET', key, 'field', 'value', '', '', someBytes, someBytes]],
  },
  {
    name: 'hash:hashtable',
    encoding: 'hashtable',
    make: key => [['HSET', key, ...numbers(1000).flatMap(n => [`field-${n}`, n])]],
  },
  { name: 'hash:big-value', encoding: 'hashtable', make: key => [['HSET', key, 'field', 'x'.repeat(100)]] },
];

const streams: Shape[] = [
  {
    name: 'stream:plain',
    encoding: 'stream',
    make: key => [...numbers(300).map(n => ['XADD', key, `${n + 1}-0`, 'n', n, 'same', 'field'])],
  },
  {
    name: 'stream:deleted-entries',
    encoding: 'stream',
    make: key => [...entries(key, 5), ['XDEL', key, '2-0', '5-0']],
  },
  { name: 'stream:emptied', encoding: 'stream', make: key => [...entries(key, 3), ['XTRIM', key, 'MAXLEN', 0]] },
  { name: 'stream:groups', encoding: 'stream', make: key => [...entries(key, 6), ...groups(key)] },
  { name: 'stream:many-groups', encoding: 'stream', make: key => [...entries(key, 40), ...manyGroups(key)] },
  { name: 'stream:pending-gone', encoding: 'stream', make: pendingGone },
  {
    name: 'stream:idle-consumer',
    encoding: 'stream',
    needs: 'XAUTOCLAIM',
    make: key => [
      ['XGROUP', 'CREATE', key, 'idle', '$', 'MKSTREAM'],
      ['XGROUP', 'CREATECONSUMER', key, 'idle', 'nobody'],
    ],
  },
];

function entries(key: Buffer, count: number): Command[] {
  return numbers(count).map(n => ['XADD', key, `${n + 1}-0`, 'field', `value-${n}`]);
}

/** One group with pending entries of two consumers and one acknowledged, one that read nothing. */
function groups(key: Buffer): Command[] {
  return [
    ['XGROUP', 'CREATE', key, 'readers', 0],
    ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', 3, 'STREAMS', key, '>'],
    ['XREADGROUP', 'GROUP', 'readers', 'bert', 'COUNT', 2, 'STREAMS', key, '>'],
    ['XACK', key, 'readers', '2-0'],
    ['XGROUP', 'CREATE', key, 'idle', '$'],
    ['XDEL', key, '1-0'],
  ];
}

/** Groups at the beginning, in the middle and beyond; claimed, delivered often, long ago; trimmed and deleted below them. */
function manyGroups(key: Buffer): Command[] {
  const id = (n: number): string => `${n}-0`;
  return [
    ...['a', 'b', someBytes, ''].map((group): Command => ['XGROUP', 'CREATE', key, group, 0]),
    ...['a', 'b', someBytes].map((group, n): Command => read(key, group, 'first', 10 * (n + 1))),
    read(key, 'a', someBytes, 5),
    ['XCLAIM', key, 'a', 'second', 0, id(3), id(4), 'TIME', 1_500_000_000_000, 'RETRYCOUNT', 1000, 'FORCE', 'JUSTID'],
    ['XCLAIM', key, 'b', 'second', 0, id(39), 'IDLE', 5000, 'FORCE'],
    ['XGROUP', 'CREATE', key, 'beyond', '99-99'],
    ['XGROUP', 'SETID', key, 'b', id(7)],
    ['XACK', key, 'a', id(1), id(8)],
    ['XDEL', key, id(5), id(20), id(40)],
    ['XTRIM', key, 'MAXLEN', 30],
  ];
}

/** Everything was delivered, and deleted before it was acknowledged. */
function pendingGone(key: Buffer): Command[] {
  return [
    ...entries(key, 12),
    ['XGROUP', 'CREATE', key, 'readers', 0],
    read(key, 'readers', 'anna', 12),
    ['XDEL', key, ...numbers(12).map(n => `${n + 1}-0`)],
  ];
}

const read = (key: Buffer, group: string | Buffer, consumer: string | Buffer, count: number): Command => [
  ...['XREADGROUP', 'GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>'],
];

/** Held by Redis from 7.4 on, and not by Valkey 8. The encoding is what 8.0 answers. */
export const newerShapes: readonly Shape[] = [
  {
    name: 'hash:field-expiry',
    encoding: 'listpackex',
    needs: 'HPEXPIREAT',
    make: key => [
      ['HSET', key, 'lasting', 1, 'expiring', 2, someBytes, 3],
      ['HPEXPIREAT', key, Date.now() + 86_400_000, 'FIELDS', 2, 'expiring', someBytes],
    ],
  },
];

/** Values that are big by themselves. They take their time: only for tests about size. */
export const hugeShapes: readonly Shape[] = [
  { name: 'string:512-KB', encoding: 'raw', make: key => [['SETRANGE', key, (512 << 10) - 1, '!']] },
  { name: 'string:64-MB', encoding: 'raw', make: key => [['SETRANGE', key, (64 << 20) - 1, '!']] },
];

/** One row a kind of value and encoding, held from 6.2 on. */
export const shapes: readonly Shape[] = [...strings, ...collections, ...streams];
