import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CopyValue, copyValue } from '../../src/values/copy-value.js';
import { waitFor } from '../lab/index.js';
import { type Command, startTwo, stepwise, type TwoServers } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const key = Buffer.from('key');
const copy = (changes: Partial<CopyValue> = {}) =>
  copyValue({ source: two.source, target: two.target, key, targetKey: key, replace: true, ...changes });

/** The application's own connection: the copy's would hear of its own writes, too. */
let application: (commands: readonly Command[]) => Promise<void>;
beforeAll(async () => {
  application = await two.application();
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const entries = numbers(600).map((n): Command => ['XADD', key, `${n + 1}-0`, 'n', n]);
const group: Command[] = [
  ['XGROUP', 'CREATE', key, 'readers', 0],
  ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', 500, 'STREAMS', key, '>'],
];

interface Row {
  make: Command[];
  /** What the application does meanwhile. */
  change: Command[];
  /** WATCH doesn't hear of it. */
  unwatched?: true;
}

const rows: Record<string, Row> = {
  'a string grows': { make: [['SETRANGE', key, 1_500_000, '!']], change: [['APPEND', key, '!']] },
  'a string changes in its middle': { make: [['SETRANGE', key, 1_500_000, '!']], change: [['SETRANGE', key, 9, '!']] },
  'a list is pushed to on its left': {
    make: [['RPUSH', key, ...numbers(6000)]],
    change: [['LPUSH', key, 'new']],
  },
  'a set loses a member': { make: [['SADD', key, ...numbers(6000)]], change: [['SREM', key, 7]] },
  'a score changes': {
    make: [['ZADD', key, ...numbers(5000).flatMap(n => [n, `member-${n}`])]],
    change: [['ZINCRBY', key, 0.5, 'member-0']],
  },
  'a field changes': {
    make: [['HSET', key, ...numbers(6000).flatMap(n => [`field-${n}`, n])]],
    change: [['HSET', key, 'field-0', 'new']],
  },
  'the type changes': {
    make: [['RPUSH', key, ...numbers(6000)]],
    change: [['SET', key, 'a string']],
  },
  'it is renewed': {
    make: [
      ['RPUSH', key, ...numbers(6000)],
      ['EXPIRE', key, 1000],
    ],
    change: [['PEXPIREAT', key, Date.now() + 9_000_000]],
  },
  'it is persisted': {
    make: [
      ['RPUSH', key, ...numbers(6000)],
      ['EXPIRE', key, 1000],
    ],
    change: [['PERSIST', key]],
  },
  'an entry is added': { make: entries, change: [['XADD', key, '*', 'n', 'new']] },
  'an entry is deleted': { make: entries, change: [['XDEL', key, '5-0']] },
  'the last id is set': { make: entries, unwatched: true, change: [['XSETID', key, '9999-0']] },
  'a consumer reads on': {
    make: [...entries, ...group],
    unwatched: true,
    change: [['XREADGROUP', 'GROUP', 'readers', 'bert', 'COUNT', 7, 'STREAMS', key, '>']],
  },
  'a consumer acknowledges': {
    make: [...entries, ...group],
    unwatched: true,
    change: [['XACK', key, 'readers', '3-0']],
  },
  'a consumer claims': {
    make: [...entries, ...group],
    unwatched: true,
    change: [['XCLAIM', key, 'readers', 'bert', 0, '4-0']],
  },
  'an entry is delivered again': {
    make: [...entries, ...group],
    unwatched: true,
    change: [['XCLAIM', key, 'readers', 'anna', 0, '450-0', 'RETRYCOUNT', 5]],
  },
  'a group comes': { make: [...entries, ...group], unwatched: true, change: [['XGROUP', 'CREATE', key, 'more', 0]] },
  'a group goes': { make: [...entries, ...group], unwatched: true, change: [['XGROUP', 'DESTROY', key, 'readers']] },
  'a consumer comes': {
    make: [...entries, ...group],
    unwatched: true,
    change: [['XGROUP', 'CREATECONSUMER', key, 'readers', 'carl']],
  },
};

describe.each(Object.entries(rows))('when %s between any two steps', (_, { make, change, unwatched }) => {
  test('the copy is of one moment', async () => {
    await two.run('source', make);
    const steps = await countSteps();
    expect(steps).toBeGreaterThan(5);
    for (const at of spread(steps)) {
      await two.clear();
      await two.run('source', make);
      const before = unwatched ? await two.contents('source') : undefined;
      let step = 0;
      const source = stepwise(two.source, async () => {
        if (++step === at) await application(change);
      });
      expect(await copy({ source })).toMatchObject({ outcome: 'copied' });
      const [copied, after] = [await two.contents('target'), await two.contents('source')];
      // What WATCH doesn't hear of may come between the proof and the end: then the copy is of the moment before.
      if (before && isDeepStrictEqual(copied, before)) expect(at).toBeGreaterThan(steps / 2);
      else expect(copied).toEqual(after);
    }
  });
});

async function countSteps(): Promise<number> {
  let steps = 0;
  await copy({ source: stepwise(two.source, () => steps++) });
  return steps;
}

/** The first, the last, and some between: the change comes before it. */
const spread = (steps: number): number[] => [
  ...new Set([1, 3, 4, 5, Math.ceil(steps / 2), steps - 2, steps - 1, steps]),
];

test('a value that changes each time is left for later, and nothing was done', async () => {
  await two.run('source', [['RPUSH', key, ...numbers(6000)]]);
  await two.run('target', [['SET', key, 'theirs']]);
  const before = await two.contents('target');
  const source = stepwise(two.source, () => application([['RPUSH', key, 'more']]));
  expect(await copy({ source })).toEqual({ outcome: 'busy', unheld: [], bytes: 0 });
  expect(await two.contents('target')).toEqual(before);
});

test('a value that goes meanwhile is gone', async () => {
  await two.run('source', [['RPUSH', key, ...numbers(6000)]]);
  let step = 0;
  const source = stepwise(two.source, () => ++step === 4 && application([['DEL', key]]));
  expect(await copy({ source })).toEqual({ outcome: 'gone', unheld: [], bytes: 0 });
  expect((await two.contents('target')).size).toBe(0);
});

test('a value that expires meanwhile is gone', async () => {
  await two.run('source', [['RPUSH', key, ...numbers(6000)]]);
  let step = 0;
  const source = stepwise(two.source, async () => {
    if (++step !== 5) return;
    await application([['PEXPIRE', key, 1]]);
    await waitFor(async () => (await two.contents('source')).size === 0, { what: 'the expiry' });
  });
  expect(await copy({ source })).toMatchObject({ outcome: 'gone' });
  expect((await two.contents('target')).size).toBe(0);
});

test('what is lost of the copy on the target is noticed, and made again', async () => {
  await two.run('source', [['RPUSH', key, ...numbers(9000)]]);
  let steps = 0;
  await copy({ target: stepwise(two.target, () => steps++) });
  for (let at = 3; at <= steps; at++) {
    let step = 0;
    const target = stepwise(two.target, () => ++step === at && two.run('target', [['FLUSHALL']]));
    expect(await copy({ target })).toMatchObject({ outcome: 'copied' });
    expect(await two.contents('target')).toEqual(await two.contents('source'));
  }
});

test('stops between two pieces when it is told to, and leaves nothing behind', async () => {
  await two.run('source', [['RPUSH', key, ...numbers(9000)]]);
  const stop = new AbortController();
  let step = 0;
  const source = stepwise(two.source, () => ++step === 5 && stop.abort(new Error('paused')));
  await expect(copy({ source, signal: stop.signal })).rejects.toThrow('paused');
  expect((await two.contents('target')).size).toBe(0);
  expect(await copy()).toMatchObject({ outcome: 'copied' });
});
