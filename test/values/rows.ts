import type { Command } from './support.js';

/** A value, another way to the same value, and ways to change it. */
export interface Row {
  name: string;
  make(key: string): Command[];
  /** Made so that the server keeps it differently: another order, another encoding. @default as `make` */
  alike?(key: string): Command[];
  changes: Record<string, (key: string) => Command[]>;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const bytes = Buffer.from(numbers(256));

const strings: Row[] = [
  {
    name: 'string, kept as an integer or as text',
    make: key => [['SET', key, 12345]],
    alike: key => [
      ['SET', key, '1234'],
      ['APPEND', key, '5'],
    ],
    changes: { 'another number': key => [['INCR', key]], 'one digit less': key => [['SET', key, 1234]] },
  },
  {
    name: 'string of any bytes',
    make: key => [['SET', key, bytes]],
    changes: { 'one bit': key => [['SETBIT', key, 2047, 0]], 'one byte more': key => [['APPEND', key, '\0']] },
  },
  {
    name: 'string of no byte',
    make: key => [['SET', key, '']],
    changes: { 'a zero byte': key => [['SET', key, '\0']] },
  },
];

const lists: Row[] = [
  {
    name: 'list, pushed from either side',
    make: key => [['RPUSH', key, ...numbers(3000), bytes, '']],
    alike: key => [['LPUSH', key, '', bytes, ...numbers(3000).reverse()]],
    changes: {
      'two elements in another order': key => [
        ['LSET', key, 10, 11],
        ['LSET', key, 11, 10],
      ],
      'the last element': key => [['LSET', key, -1, ' ']],
      'one element more': key => [['RPUSH', key, '']],
      'one element less': key => [['LPOP', key]],
    },
  },
];

const sets: Row[] = [
  {
    name: 'set in another order',
    make: key => [['SADD', key, ...numbers(2000).map(n => `member-${n}`), bytes, '']],
    alike: key => [
      [
        'SADD',
        key,
        '',
        bytes,
        ...numbers(2000)
          .map(n => `member-${n}`)
          .reverse(),
      ],
    ],
    changes: {
      'one member more': key => [['SADD', key, 'more']],
      'one member less': key => [['SREM', key, '']],
      'one member changed': key => [
        ['SREM', key, bytes],
        ['SADD', key, bytes.subarray(1)],
      ],
    },
  },
  {
    name: 'set of integers, kept as such or not',
    make: key => [['SADD', key, 1, 2, 3, -4]],
    alike: key => [
      ['SADD', key, 'x', -4, 3, 2, 1],
      ['SREM', key, 'x'],
    ],
    changes: {
      'one number': key => [
        ['SREM', key, 1],
        ['SADD', key, 0],
      ],
    },
  },
];

const zsets: Row[] = [
  {
    name: 'sorted set, kept as a list or as a skip list',
    make: key => [['ZADD', key, 0.1, 'a', '-inf', 'b', 'inf', bytes, 3, '', 1e300, 'c']],
    alike: key => [
      ['ZADD', key, 1e300, 'c', 3, '', 'inf', bytes, '-inf', 'b', 0.1, 'a', 0, 'x'.repeat(100)],
      ['ZREM', key, 'x'.repeat(100)],
    ],
    changes: {
      'one score': key => [['ZADD', key, 0.1000001, 'a']],
      'an infinite score': key => [['ZADD', key, '-inf', bytes]],
      'one member more': key => [['ZADD', key, 5, 'd']],
      'one member less': key => [['ZREM', key, '']],
    },
  },
  {
    name: 'sorted set of many',
    make: key => [['ZADD', key, ...numbers(1000).flatMap(n => [n / 7, `member-${n}`])]],
    changes: { 'one score': key => [['ZINCRBY', key, 0.5, 'member-999']] },
  },
];

const hashes: Row[] = [
  {
    name: 'hash in another order',
    make: key => [['HSET', key, ...numbers(1000).flatMap(n => [`field-${n}`, n]), bytes, bytes, '', '']],
    alike: key => [
      [
        'HSET',
        key,
        '',
        '',
        bytes,
        bytes,
        ...numbers(1000)
          .reverse()
          .flatMap(n => [`field-${n}`, n]),
      ],
    ],
    changes: {
      'one value': key => [['HSET', key, 'field-500', 'other']],
      'one field more': key => [['HSET', key, 'more', '']],
      'one field less': key => [['HDEL', key, bytes]],
      'one field by another': key => [
        ['HDEL', key, ''],
        ['HSET', key, ' ', ''],
      ],
    },
  },
  {
    name: 'hash, kept as a list or as a table',
    make: key => [['HSET', key, 'a', 1, 'b', 2]],
    alike: key => [
      ['HSET', key, 'b', 'x'.repeat(100), 'a', 1],
      ['HSET', key, 'b', 2],
    ],
    changes: { 'two values swapped': key => [['HSET', key, 'a', 2, 'b', 1]] },
  },
];

const entries = (key: string): Command[] => numbers(3000).map(n => ['XADD', key, `${n + 1}-${n}`, 'n', n, bytes, '']);
const read = (key: string, group: string, consumer: string, count: number): Command => [
  'XREADGROUP',
  'GROUP',
  group,
  consumer,
  'COUNT',
  count,
  'STREAMS',
  key,
  '>',
];

const streams: Row[] = [
  {
    name: 'stream with groups',
    make: key => [
      ...entries(key),
      ['XGROUP', 'CREATE', key, 'readers', 0],
      read(key, 'readers', 'anna', 1500),
      read(key, 'readers', bytes.toString('latin1'), 2),
      ['XACK', key, 'readers', '2-1'],
      ['XGROUP', 'CREATE', key, 'idle', '$'],
      ['XGROUP', 'CREATECONSUMER', key, 'idle', 'nobody'],
      ['XDEL', key, '3-2', '2999-2998'],
    ],
    changes: {
      'one entry less': key => [['XDEL', key, '2000-1999']],
      'one entry more': key => [['XADD', key, '*', 'n', 'more']],
      'an entry added and deleted': key => [
        ['XADD', key, '9999-0', 'n', 0],
        ['XDEL', key, '9999-0'],
      ],
      'the last id': key => [['XSETID', key, '9999-0']],
      'how many were ever added': key => [['XSETID', key, '9999-0', 'ENTRIESADDED', 5000, 'MAXDELETEDID', '2999-2998']],
      'a group more': key => [['XGROUP', 'CREATE', key, 'more', 0]],
      'another group': key => [
        ['XGROUP', 'DESTROY', key, 'idle'],
        ['XGROUP', 'CREATE', key, 'other', '$'],
      ],
      'where a group is': key => [['XGROUP', 'SETID', key, 'readers', '1600-1599']],
      'a consumer more, with nothing pending': key => [['XGROUP', 'CREATECONSUMER', key, 'idle', 'somebody']],
      'one entry acknowledged': key => [['XACK', key, 'readers', '1400-1399']],
      'one entry claimed by another': key => [
        ['XCLAIM', key, 'readers', 'berta', 0, '1-0'],
        ['XCLAIM', key, 'readers', 'anna', 0, '1501-1500'],
        ['XCLAIM', key, 'readers', bytes.toString('latin1'), 0, '1-0'],
        ['XGROUP', 'DELCONSUMER', key, 'readers', 'berta'],
      ],
      'how often an entry was delivered': key => [['XCLAIM', key, 'readers', 'anna', 0, '1-0', 'RETRYCOUNT', 7]],
      'when an entry was delivered': key => [
        ['XCLAIM', key, 'readers', 'anna', 0, '1450-1449', 'IDLE', 60_000, 'RETRYCOUNT', 1],
      ],
    },
  },
  {
    name: 'stream without entries',
    make: key => [
      ['XADD', key, '5-5', 'a', 1],
      ['XTRIM', key, 'MAXLEN', 0],
    ],
    changes: { 'the last id': key => [['XSETID', key, '5-6']], 'one entry': key => [['XADD', key, '6-0', 'a', 1]] },
  },
];

/** One row a type and way of keeping it. */
export const rows: readonly Row[] = [...strings, ...lists, ...sets, ...zsets, ...hashes, ...streams];
