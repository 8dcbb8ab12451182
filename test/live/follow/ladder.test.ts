import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../../../src/live/apply/index.js';
import type { Checkpoint } from '../../../src/live/checkpoint.js';
import { endpoint } from '../../copy/support.js';
import { Closers } from '../../lab/closers.js';
import { contents, fill, type RedisServer, startRedis, waitFor } from '../../lab/index.js';
import { onTarget } from '../apply/following.js';
import { syncsOf } from '../syncs.js';
import { Follower } from './follower.js';

const workflowId = 'ladder';
const keys = 12_000;
/** Of a busy machine. */
const timeoutMs = 40_000;
const all = { match: [], exclude: [], types: [], databases: [] };

// Processes are started again and again, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

/** Two servers, and a worker that follows one to the other. */
async function ladder({ rate = null, backlog = '64mb' }: { rate?: number | null; backlog?: string } = {}) {
  const options = { config: { 'repl-backlog-size': backlog, 'repl-diskless-sync-delay': '0' } };
  const [source, target] = (await Promise.all(
    [1, 2].map(() => closers.keep(startRedis(options), server => server.discard())),
  )) as [RedisServer, RedisServer];
  await fill(source, { keys });
  await target.cli('SET', 'of-others', 'not selected');
  const follower = new Follower({
    workflowId,
    source: endpoint('source', source),
    target: endpoint('target', target),
    plan: { filter: { ...all, match: ['key:*', 'n'] }, rename: null },
    targetWasEmpty: true,
    sourceKeys: 0,
    rate: { maxKeysPerSecond: rate, maxBytesPerSecond: null },
  });
  await closers.keep(Promise.resolve(follower), it => it.end('SIGKILL'));
  await follower.start();
  return { source, target, follower };
}

type Ladder = Awaited<ReturnType<typeof ladder>>;

const checkpointOf = ({ target }: Ladder) => onTarget(target, it => readCheckpoint(it, workflowId));

/** Some of the snapshot is on the target, and the checkpoint says so. */
const inSnapshot = (all: Ladder) =>
  waitFor(
    async () => ((await checkpointOf(all))?.snapshot?.cursor ?? '') !== '' && (await dbsize(all.target)) > keys / 2,
    {
      what: 'a part of the snapshot to be written',
      timeoutMs,
    },
  );

const dbsize = async (server: RedisServer): Promise<number> => Number(await server.cli('DBSIZE'));

/** The snapshot is on the target, and what was written to the source behind it. */
async function caughtUp(all: Ladder): Promise<void> {
  await all.source.cli('INCR', 'n');
  const goal = Number((await all.source.info('replication')).master_repl_offset);
  const look = () => checkpointOf(all);
  const until = (found: Checkpoint | null) => found?.snapshot === null && found.checked >= goal;
  await waitFor(look, { what: `the target to be at ${goal}`, until, timeoutMs });
  expect(all.follower.failures).toEqual([]);
}

async function untilEqual(all: Ladder): Promise<void> {
  await caughtUp(all);
  const own = (key: string) => !key.includes('/__redis-migration:') && !key.endsWith('/of-others');
  const [there, here] = await Promise.all(
    [all.source, all.target].map(async server => [...(await contents(server)).keys()].filter(own).sort()),
  );
  expect(here).toEqual(there);
  expect(await all.target.cli('GET', 'of-others')).toBe('not selected');
}

const asked = ({ source }: Ladder) => syncsOf(source);

/** Keys that were written to the target since its counters were reset. */
async function keysWritten({ target }: Ladder): Promise<number> {
  const stats = Object.entries(await target.info('commandstats'));
  const calls = stats.filter(([name]) => /^cmdstat_(set|restore)$/.test(name));
  return calls.reduce((sum, [, text]) => sum + Number(/calls=(\d+)/.exec(text)?.[1]), 0);
}

/** More than the source keeps of its stream, and keys that are gone by then. */
async function beyondBacklog({ source }: Ladder): Promise<void> {
  await source.cli('DEL', 'key:1', 'key:2');
  for (let n = 0; n < 10; n++) await source.cli('SET', 'key:3', 'x'.repeat(20_000));
}

describe('a worker that was killed', () => {
  it('in the snapshot, goes on where it was in it: the source sends it once, and most of its keys are written once', async () => {
    const all = await ladder({ rate: 3000 });
    await inSnapshot(all);
    await all.follower.end('SIGKILL');
    const missing = keys - (await dbsize(all.target));
    await all.target.cli('CONFIG', 'RESETSTAT');
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toEqual({ full: 1, partial: 1 });
    // What was written since its place was noted, half a second before at the usual pace, is written again.
    expect(await keysWritten(all)).toBeLessThan(missing + 4000);
  });

  it('in the stream, goes on from its spool, with what the source no longer has', async () => {
    const all = await ladder({ backlog: '16kb' });
    await caughtUp(all);
    all.follower.tell('pause');
    await waitFor(() => all.follower.progress?.phase === 'paused', { what: 'the pause', timeoutMs });
    await beyondBacklog(all);
    const goal = Number((await all.source.info('replication')).master_repl_offset);
    await waitFor(() => (all.follower.progress?.received ?? 0) >= goal, {
      what: `the spool to be at ${goal}`,
      timeoutMs,
    });
    expect((await checkpointOf(all))?.checked).toBeLessThan(goal - 100_000);
    await all.follower.end('SIGKILL');
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toEqual({ full: 1, partial: 1 });
  });

  it('is followed on another disk, from what the source still has of its stream', async () => {
    const all = await ladder();
    await caughtUp(all);
    await all.follower.end('SIGKILL');
    await beyondBacklog(all);
    all.follower.move();
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toEqual({ full: 1, partial: 1 });
    expect((await checkpointOf(all))?.anew).toBeUndefined();
  });

  it('is followed on another disk with a fresh snapshot where the source has less, and what was deleted meanwhile is', async () => {
    const all = await ladder({ backlog: '16kb' });
    await caughtUp(all);
    await all.follower.end('SIGKILL');
    await beyondBacklog(all);
    all.follower.move();
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toMatchObject({ full: 2, partial: 0 });
    const why = /^the spool of it is not here, and the source no longer has what came after replication offset \d+/;
    expect((await checkpointOf(all))?.anew).toEqual({ times: 1, why: expect.stringMatching(why) });
  });

  it('is followed with a fresh snapshot by its own spool, too, where the source has less than it misses', async () => {
    const all = await ladder({ backlog: '16kb' });
    await caughtUp(all);
    await all.follower.end('SIGKILL');
    await beyondBacklog(all);
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toMatchObject({ full: 2, partial: 0 });
    const why = /^the source no longer has what came after replication offset \d+ \(repl-backlog-size\)/;
    expect((await checkpointOf(all))?.anew).toEqual({ times: 1, why: expect.stringMatching(why) });
  });

  it('in the snapshot, is followed on another disk with another one, and what was deleted meanwhile is', async () => {
    const all = await ladder({ rate: 3000 });
    await inSnapshot(all);
    await all.follower.end('SIGKILL');
    await all.source.cli('DEL', ...Array.from({ length: 500 }, (_, n) => `key:${n}`));
    all.follower.move();
    await all.follower.start();
    await untilEqual(all);
    expect(await asked(all)).toEqual({ full: 2, partial: 0 });
    const why = 'the snapshot that was being applied is not here, or not all of it';
    expect((await checkpointOf(all))?.anew).toEqual({ times: 1, why });
  });
});
