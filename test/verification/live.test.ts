import { afterEach, beforeEach, expect, test } from 'vitest';
import { fill, fillEveryType, type LinkProxy, startProxy, untilInSync } from '../lab/index.js';
import { allEqual, type Command, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
let proxy: LinkProxy;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  two = await TwoServers.start();
  proxy = await startProxy({ to: two.source });
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await proxy.close();
  await two.stop();
});

/** Replication through a link that can be held up. */
async function copyThroughProxy(): Promise<void> {
  await two.target.cli('REPLICAOF', proxy.host, String(proxy.port));
  await untilInSync({ to: two.target });
}

/** Writes to the source without a pause, until it is stopped. */
async function writeOn(write: (turn: number) => Command[]): Promise<{ stop(): Promise<void> }> {
  const connection = await two.open('source');
  let stopped = false;
  const writing = (async () => {
    for (let turn = 0; !stopped; turn++) await connection.pipeline(write(turn).map(words => [...words]));
  })();
  const stop = async () => {
    stopped = true;
    await writing;
    connection.close();
  };
  closers.push(stop);
  return { stop };
}

test('a replica is never found different while applications write, whatever they write', async () => {
  await fillEveryType(two.source);
  await fill(two.source, { keys: 20_000 });
  await two.copy();
  await writeOn(turn => {
    const key = `key:${(turn * 7919) % 20_000}`;
    return [
      ['SET', key, turn],
      ['DEL', `key:${(turn * 104_729) % 20_000}`],
      ['SET', `short:${turn % 100}`, turn, 'PX', 1 + (turn % 50)],
      ['EXPIRE', key, 100 + turn],
      ['HINCRBY', 'hash:hashtable', `field-${turn % 1000}`, 1],
      ['RPUSH', 'list:long', turn],
      ['LPOP', 'list:long'],
      ['XADD', 'stream:groups', 'MAXLEN', 100, '*', 'turn', turn],
      ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', 2, 'STREAMS', 'stream:groups', '>'],
      ['RENAME', 'set:many', 'set:renamed'],
      ['RENAME', 'set:renamed', 'set:many'],
    ];
  });
  for (let time = 0; time < 3; time++) {
    const result = await two.verify();
    expect(result).toMatchObject({ different: 0, missing: 0, extra: 0 });
    expect(result.compared).toBeGreaterThan(10_000);
    expect(result.unsettled).toBeLessThan(20);
    expect(result.verdict).toBe(result.unsettled > 0 ? 'unsettled' : 'consistent');
  }
});

test('what keeps changing on the source is unsettled, what stays different is different', async () => {
  await fill(two.source, { keys: 2000 });
  await two.copy({ detach: true });
  await two.run('target', ['SET', 'key:5', 'other']);
  await writeOn(turn => [
    ['INCR', 'hot'],
    ['EXPIRE', 'key:6', turn + 5000],
    ['HSET', 'key:hash', 'turn', turn],
  ]);
  const result = await two.verify();
  expect(counts(result)).toMatchObject({ different: 1, extra: 0 });
  // The hot key and the hash are missing on the target all the time: whether they change is not asked.
  expect(counts(result)).toMatchObject({ missing: 2, unsettled: 1 });
});

test('a hot key that both sides have is unsettled', async () => {
  await two.both(['SET', 'hot', 0], ['HSET', 'hot hash', 'a', 0], ['SET', 'cold', 0]);
  await writeOn(turn => [
    ['INCR', 'hot'],
    ['HSET', 'hot hash', 'a', turn],
  ]);
  const result = await two.verify({ rounds: 2 });
  expect(counts(result)).toEqual({ ...allEqual(3), unsettled: 2 });
  expect(result).toMatchObject({ verdict: 'unsettled' });
  expect(result.consistency).toBeCloseTo(1 / 3, 10);
  expect(result.suspects.map(({ kind }) => kind)).toEqual(['different', 'different']);
});

test('a replica that lags is given the time to apply what the source had', async () => {
  await fill(two.source, { keys: 2000 });
  await copyThroughProxy();
  proxy.stall();
  await two.run(
    'source',
    ...Array.from({ length: 500 }, (_, n) => ['SET', `key:${n}`, 'new']),
    ['SET', 'more', 1],
    ['DEL', 'key:900'],
  );
  const seen: number[] = [];
  const result = await two.verify(
    { rounds: 1 },
    {
      onProgress: ({ phase, unsettled }) => {
        seen.push(unsettled);
        if (phase === 'settle') setTimeout(() => proxy.resume(), 500); // later than the wait of the only round
      },
    },
  );
  expect(Math.max(...seen)).toBe(502);
  expect(counts(result)).toEqual(allEqual(2001));
});

test('more differences than the list holds are looked through before it overflows', async () => {
  await fill(two.source, { keys: 20_000 });
  await copyThroughProxy();
  proxy.stall();
  await two.run('source', ...Array.from({ length: 20_000 }, (_, n) => ['SET', `key:${n}`, 'new']));
  const onProgress = ({ unsettled }: { unsettled: number }) => {
    if (unsettled > 0) proxy.resume();
  };
  expect(counts(await two.verify({}, { onProgress }))).toEqual(allEqual(20_000));
});
