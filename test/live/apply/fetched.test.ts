import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/live/apply/index.js';
import { farExpiry } from '../../../src/live/stream/index.js';
import { Selection } from '../../../src/selection/selection.js';
import { useTwoServers } from '../../copy/two-servers.js';
import { startProxy } from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { begin, checkpointOf, Following } from './following.js';
import { expiredAll, mixingWrites } from './mixing-writes.js';
import { RecordedStream } from './recorded-stream.js';

const { source, target } = await useTwoServers({ source: { config: { 'repl-diskless-sync': 'no' } } });
const link = await startProxy({ to: target });
afterAll(() => link.close());

const filter = { match: ['in:*'], exclude: [], types: [], databases: [] };
const rename = { databases: {}, prefix: { from: 'in:', to: 'new:' } };
/** Without it what expires soon would be gone on a target that comes to it late, whatever the source did with it before. */
const expiryShiftMs = farExpiry;
const selections: [string, Parameters<typeof Selection.of>[0]][] = [
  ['everything', { filter: null, rename: null }],
  ['some names', { filter, rename: null }],
  ['some types', { filter: { ...filter, match: [], types: ['list', 'hash'] }, rename: null }],
  [
    'some databases, under other numbers',
    { filter: { ...filter, match: [], databases: [1] }, rename: { databases: { '1': 7 }, prefix: null } },
  ],
  ['some names that change', { filter, rename }],
];

/** Commands that mix selected keys with others, flushes, and keys that are written all the time while they are fetched. */
describe.each(selections)('of %s', (_, plan) => {
  const selection = Selection.of(plan);
  let stream: RecordedStream;
  let following: Following;

  beforeEach(async () => {
    stream = await RecordedStream.attach(source);
    await begin(stream, target, expiryShiftMs);
  });

  const follow = (onCommit: (place: Place) => void = () => {}) => {
    following = new Following(stream, {
      source,
      target: link,
      selection,
      onCommit,
      chunk: () => 1 + Math.floor(Math.random() * 3000),
    });
  };

  afterEach(async () => {
    await following?.stop();
    stream.close();
  });

  const finish = async () => {
    await following.caughtUp(source);
    expect(await checkpointOf(target)).toMatchObject({ checked: following.applier?.offset });
    expect(following.applier?.ahead).toBe(0);
    await following.finish(target);
    expect(await differences(source, target, { selection, expiryShiftMs })).toEqual([]);
    expect(
      following.failures.map(String).filter(failure => !/Unreachable|connection|ECONN|closed/.test(failure)),
    ).toEqual([]);
  };

  it.each([0, 15])('the target has what it should, with %i cuts', async cuts => {
    follow();
    const writes = mixingWrites(source);
    await writes.until(() => writes.count > 2000);
    for (let cut = 0; cut < cuts; cut++) {
      const before = link.forwarded;
      await writes.until(() => link.forwarded > before + 3000);
      await link.cut();
      await link.restore();
    }
    await writes.stop();
    await expiredAll(source);
    await finish();
  });

  it.each([0, 5])('so it has when it comes to it late, with %i crashes', async crashes => {
    const writes = mixingWrites(source, { flushes: false });
    await writes.until(() => writes.count > 6000);
    await writes.stop();
    await expiredAll(source);
    const size = stream.end - stream.start;
    let crashed = 0;
    follow(({ offset }) => {
      if (crashed === crashes || offset - stream.start < ((crashed + 1) * size) / (crashes + 1)) return;
      crashed++;
      following.applier?.close();
    });
    await finish();
    expect(crashed).toBe(crashes);
    expect(following.failures.length).toBe(crashes);
  });
});
