import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VerificationProgress } from '../../src/verification/progress.js';
import type { VerificationHooks } from '../../src/verification/verify.js';
import { fill } from '../lab/index.js';
import { type Command, counts, perSecond, TwoServers } from './two-servers.js';

let two: TwoServers;
const keysEach = 5000;
const databases = [0, 1, 9];
const expected = { compared: 15_020, different: 30, missing: 20, extra: 20, unsettled: 0 };

beforeEach(async () => {
  two = await TwoServers.start({ source: { persistence: 'rdb' }, target: { persistence: 'rdb' } });
  for (const server of [two.source, two.target])
    for (const database of databases) await fill(server, { keys: keysEach, database });
  const spread = (count: number, make: (n: number) => Command) =>
    Array.from({ length: count }, (_, n) => make(n * 200));
  await two.run(
    'target',
    ['SELECT', 1],
    ...spread(20, n => ['SET', `key:${n}`, 'other']),
    ...spread(20, n => ['DEL', `key:${n + 1}`]),
  );
  await two.run(
    'target',
    ['SELECT', 9],
    ...spread(10, n => ['PEXPIRE', `key:${n}`, 1e9]),
    ...spread(20, n => ['SET', `more:${n}`, 1]),
  );
});
afterEach(() => two.stop());

const throughJson = (progress: VerificationProgress): VerificationProgress => JSON.parse(JSON.stringify(progress));
const verify = (hooks: VerificationHooks) => two.verify({ rounds: 1, rate: perSecond(1e9) }, hooks);
const phases = ['source scan', 'target scan', 'settle'] as const;

async function checkpoints(): Promise<VerificationProgress[]> {
  const seen: VerificationProgress[] = [];
  expect(counts(await verify({ onProgress: progress => seen.push(throughJson(progress)) }))).toEqual(expected);
  return seen;
}

async function scans(side: 'source' | 'target'): Promise<number> {
  return Number(/calls=(\d+)/.exec((await two[side].info('commandstats')).cmdstat_scan ?? '')?.[1] ?? 0);
}

test('from every checkpoint it comes to the same counts', async () => {
  const seen = await checkpoints();
  expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(phases));
  expect(seen.length).toBeGreaterThan(25);
  for (const resume of seen) expect(counts(await verify({ resume }))).toEqual(expected);
});

test('from a checkpoint it does only what is left', async () => {
  const seen = await checkpoints();
  const all = await scans('source');
  await two.source.cli('CONFIG', 'RESETSTAT');
  const half = seen.findLast(({ phase, db }) => phase === 'source scan' && db === 1) as VerificationProgress;
  await verify({ resume: half });
  expect(await scans('source')).toBeLessThan(all / 2);
  await two.source.cli('CONFIG', 'RESETSTAT');
  await verify({ resume: seen.at(-1) as VerificationProgress });
  expect(await scans('source')).toBe(0);
});

test('counts in checkpoints never go back, and the keys in doubt are unsettled until the end', async () => {
  const seen = await checkpoints();
  for (const [index, { compared }] of seen.entries())
    expect(compared).toBeGreaterThanOrEqual(seen[index - 1]?.compared ?? 0);
  const scanned = seen.findLast(({ phase }) => phase === 'target scan') as VerificationProgress;
  expect(scanned).toMatchObject({ unsettled: 70, different: 0, keysTotal: 3 * keysEach });
  expect(scanned.examples).toHaveLength(10);
  expect(JSON.stringify(scanned).length).toBeLessThan(20_000);
});

test.each(phases.slice(0, 2))(
  'aborted in the %s it throws the reason, and goes on from the last checkpoint',
  async phase => {
    const stop = new AbortController();
    const reason = new Error('paused by the operator');
    let last: VerificationProgress | undefined;
    const onProgress = (progress: VerificationProgress) => {
      if (stop.signal.aborted) throw new Error('it went on');
      last = throughJson(progress);
      if (progress.phase === phase && progress.db === 1) stop.abort(reason);
    };
    await expect(verify({ onProgress, signal: stop.signal })).rejects.toBe(reason);
    expect(counts(await verify({ resume: last }))).toEqual(expected);
    await expect(verify({ signal: stop.signal })).rejects.toBe(reason);
  },
);

test('aborted while a server says nothing it throws the reason at once', async () => {
  const stop = new AbortController();
  const reason = new Error('the worker shuts down');
  const onProgress = () => {
    two.target.pauseProcess();
    setTimeout(() => stop.abort(reason), 100);
  };
  try {
    await expect(two.verify({ rate: perSecond(20_000) }, { onProgress, signal: stop.signal })).rejects.toBe(reason);
  } finally {
    two.target.resumeProcess();
  }
});

test('a source that was restarted has another hash seed: the database is scanned again from the start', async () => {
  const seen = await checkpoints();
  await two.source.restart();
  const inside = seen.findLast(({ phase, db, cursor }) => phase === 'source scan' && db === 0 && cursor !== 'end');
  const again: number[] = [];
  const onProgress = ({ compared }: VerificationProgress) => again.push(compared);
  expect(counts(await verify({ resume: inside, onProgress }))).toEqual(expected);
  expect(again[0]).toBeLessThan(inside?.compared ?? 0);
});

test('a target that was restarted while it was scanned is scanned again, with what was found there counted once', async () => {
  const seen = await checkpoints();
  await two.target.restart();
  const inside = seen.findLast(({ phase, db, cursor }) => phase === 'target scan' && db === 9 && cursor !== 'end');
  expect(counts(await verify({ resume: inside }))).toEqual(expected);
});

test('when a server dies it fails as unreachable, and goes on when the server is back', async () => {
  await two.target.cli('SAVE');
  let last: VerificationProgress | undefined;
  let killed: Promise<void> | undefined;
  const onProgress = (progress: VerificationProgress) => {
    last = throughJson(progress);
    killed ??= progress.db === 1 ? two.target.kill() : undefined;
  };
  const slow = { rounds: 1, rate: perSecond(20_000) };
  await expect(two.verify(slow, { onProgress })).rejects.toMatchObject({ type: 'Unreachable', message: /^target / });
  await killed;
  await two.target.restart();
  expect(counts(await verify({ resume: last }))).toEqual(expected);
});
