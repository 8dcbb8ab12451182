import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTwoServers } from '../../copy/two-servers.js';
import { type LinkProxy, startProxy } from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { countingWrites } from './counting-writes.js';
import { begin, checkpointOf, Following } from './following.js';
import { RecordedStream } from './recorded-stream.js';

const { source, target } = await useTwoServers({
  source: { config: { 'repl-diskless-sync': 'no' } },
  target: { persistence: 'aof', config: { appendfsync: 'always' } },
});
/** What is answered takes its time: so that much of it is lost with the link. */
const link: LinkProxy = await startProxy({ to: target, delayMs: 2 });
afterAll(() => link.close());

/** None of these writes may be done twice, or not at all. */
describe('exactly once', () => {
  let stream: RecordedStream;
  let following: Following;

  beforeEach(async () => {
    stream = await RecordedStream.attach(source);
    await begin(stream, target);
    following = new Following(stream, { source, target: link, chunk: () => 1 + Math.floor(Math.random() * 5000) });
  });

  afterEach(async () => {
    await following.stop();
    stream.close();
  });

  const finish = async () => {
    await following.caughtUp(source);
    const checkpoint = await checkpointOf(target);
    expect(checkpoint).toMatchObject({ checked: following.applier?.offset, offset: following.applier?.offset });
    await following.finish(target);
    expect(await differences(source, target)).toEqual([]);
  };

  it('while the link to the target is cut again and again', async () => {
    const writes = countingWrites(source);
    for (let cut = 0; cut < 40; cut++) {
      const before = link.forwarded;
      const after = Math.random() * 100_000;
      await writes.until(() => link.forwarded > before + after);
      await link.cut();
      await link.restore();
    }
    await writes.stop();
    await finish();
    expect(following.failures.length).toBeGreaterThan(10);
  });

  it('while the target is killed', async () => {
    const writes = countingWrites(source);
    for (let kill = 0; kill < 4; kill++) {
      const before = link.forwarded;
      await writes.until(() => link.forwarded > before + 100_000);
      await target.restart({ graceful: false });
    }
    await writes.stop();
    await finish();
    expect(following.failures.length).toBeGreaterThan(2);
  });
});
