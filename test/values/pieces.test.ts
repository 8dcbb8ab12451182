import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareValue } from '../../src/values/compare-value.js';
import { type Command, startTwo, type TwoServers, Watched } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
afterAll(() => two.stop());

const chunked = (count: number, size: number, make: (numbers: number[]) => Command): Command[] =>
  Array.from({ length: Math.ceil(count / size) }, (_, chunk) =>
    make(Array.from({ length: Math.min(size, count - chunk * size) }, (__, n) => chunk * size + n)),
  );

interface BigRow {
  name: string;
  make: Command[];
  change: Command[];
}

const many = 200_000;
const big: BigRow[] = [
  {
    name: 'hash',
    make: chunked(many, 1000, ns => ['HSET', 'hash', ...ns.flatMap(n => [`field-${n}`, `value-${n}`.padEnd(80)])]),
    change: [['HSET', 'hash', `field-${many - 1}`, 'other']],
  },
  {
    name: 'set',
    make: chunked(many, 1000, ns => ['SADD', 'set', ...ns.map(n => `member-${n}`)]),
    change: [
      ['SREM', 'set', `member-${many - 1}`],
      ['SADD', 'set', 'other'],
    ],
  },
  {
    name: 'zset',
    make: chunked(many, 1000, ns => ['ZADD', 'zset', ...ns.flatMap(n => [n, `member-${n}`])]),
    change: [['ZADD', 'zset', 0, `member-${many - 1}`]],
  },
  {
    name: 'list',
    make: chunked(many, 1000, ns => ['RPUSH', 'list', ...ns.map(n => `element-${n}`)]),
    change: [['LSET', 'list', many - 1, 'other']],
  },
  {
    name: 'list of big elements',
    make: chunked(100, 1, ([n]) => ['RPUSH', 'list of big elements', Buffer.alloc(100_000, `${n}`)]),
    change: [['LSET', 'list of big elements', 99, 'other']],
  },
  {
    name: 'stream',
    make: chunked(20_000, 1, ([n = 0]) => ['XADD', 'stream', `${n + 1}-0`, 'field', 'x'.repeat(100)]),
    change: [
      ['XDEL', 'stream', '20000-0'],
      ['XADD', 'stream', '20001-0', 'a', 1],
    ],
  },
  {
    name: 'string',
    make: chunked(10, 1, () => ['APPEND', 'string', Buffer.alloc(1 << 20, 'abcdefg')]),
    change: [['SETRANGE', 'string', (10 << 20) - 1, '!']],
  },
];

describe.each(big)('a big $name', ({ name, make, change }) => {
  test('is compared in pieces, to its end', async () => {
    for (const side of ['source', 'target'] as const) await two.run(side, make);
    const [source, target] = [new Watched(two.source), new Watched(two.target)];
    const compare = () => compareValue(two.pair(name, { source, target }));
    expect((await compare()).outcome).toBe('same');
    await two.run('target', change);
    expect((await compare()).outcome).toBe('different');
    // Some 256 KiB are aimed at; the first window of big elements comes before anything is known of them.
    expect(Math.max(source.biggestReply, target.biggestReply)).toBeLessThan(2 << 20);
    expect(source.commands).toBeGreaterThan(10);
    await two.run('target', [['DEL', name]]);
  });
});

test('stops between two pieces when it is told to', async () => {
  const stop = new AbortController();
  await two.run('source', (big[0] as BigRow).make);
  await two.run('target', (big[0] as BigRow).make);
  const source = new Watched(two.source);
  const reason = new Error('paused by the operator');
  const target = new Watched(two.target, {
    HMGET: () => {
      stop.abort(reason);
      return [];
    },
  });
  await expect(compareValue(two.pair('hash', { source, target, signal: stop.signal }))).resolves.toMatchObject({
    outcome: 'different',
  });
  await expect(compareValue(two.pair('hash', { source, target, signal: stop.signal }))).rejects.toBe(reason);
});
