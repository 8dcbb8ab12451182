import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MigrationError } from '../../../src/contract/errors.js';
import { Applier, beginSnapshot, endSnapshot, writeCheckpoint } from '../../../src/live/apply/index.js';
import { encodeCommands } from '../../../src/resp/encode.js';
import { Selection } from '../../../src/selection/selection.js';
import { anybody, endpoint, everything } from '../../copy/support.js';
import { useTwoServers } from '../../copy/two-servers.js';
import { type Command, waitFor } from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { begin, checkpointOf, Following, onTarget, workflowId } from './following.js';
import { MutedLink } from './muted-link.js';
import { RecordedStream } from './recorded-stream.js';

const { source, target } = await useTwoServers({ source: { config: { 'repl-diskless-sync': 'no' } } });
const link = await new MutedLink(target).open();
afterAll(() => link.close());

const write = async (...commands: Command[]): Promise<number> => {
  const connection = await source.connect();
  await connection.pipeline(commands);
  connection.close();
  return Number((await source.info('replication')).master_repl_offset);
};

describe('a failure', () => {
  let stream: RecordedStream;
  let following: Following | undefined;

  beforeEach(async () => {
    stream = await RecordedStream.attach(source);
    await begin(stream, target);
  });

  afterEach(async () => {
    await target.cli('CONFIG', 'SET', 'maxmemory', '0');
    link.cut();
    await following?.stop();
    following = undefined;
    stream.close();
  });

  const follow = () => {
    following = new Following(stream, { source, target: link });
    return following;
  };

  const finish = async (following: Following) => {
    await following.caughtUp(source);
    expect(await checkpointOf(target)).toMatchObject({ checked: following.applier?.offset });
    await following.finish(target);
    expect(await differences(source, target)).toEqual([]);
  };

  it('that nobody heard of is mended by the next attempt', async () => {
    const following = follow();
    await write(['SET', 'before', 1], ['SELECT', 4], ['SET', 'before', 1]);
    await following.caughtUp(source);
    await target.cli('SET', 'list', 'a string here');
    link.mute();
    const offset = await write(
      ['RPUSH', 'list', 1, 2],
      ['COPY', 'list', 'copy'],
      ['INCR', 'n'],
      ['SELECT', 4],
      ['INCR', 'n'],
    );
    await waitFor(async () => ((await checkpointOf(target))?.offset ?? 0) >= offset, { what: 'the batch' });
    expect(following.applier?.offset).toBeLessThan(offset);
    expect((await checkpointOf(target))?.checked).toBeLessThan(offset);
    link.cut();
    await finish(following);
  });

  it('of a target that is full is said; once it has room, all is there', async () => {
    const following = follow();
    await write(['SET', 'before', 1], ['RPUSH', 'list', 1]);
    await following.caughtUp(source);
    await target.cli('CONFIG', 'SET', 'maxmemory', '1');
    for (let n = 0; n < 200; n++)
      await write(['INCR', 'n'], ['RPUSH', 'list', n], ['DEL', `gone:${n}`, 'before'], ['RENAME', 'list', 'list']);
    await waitFor(() => following.failures.length > 2, { what: 'the failure' });
    const types = following.failures.map(error => (error instanceof MigrationError ? error.type : String(error)));
    expect(new Set(types)).toEqual(new Set(['TargetFull']));
    await target.cli('CONFIG', 'SET', 'maxmemory', '0');
    await finish(following);
  });

  it('of a target that is a replica is said', async () => {
    const following = follow();
    await write(['SET', 'before', 1]);
    await following.caughtUp(source);
    await target.cli('REPLICAOF', '127.0.0.1', '1');
    await write(['INCR', 'n']);
    await waitFor(() => following.failures.length > 0, { what: 'the failure' });
    expect(following.failures[0]).toMatchObject({ type: 'WritesRefused' });
    await target.cli('REPLICAOF', 'NO', 'ONE');
    await finish(following);
  });

  it('right before a flush of some of the keys is mended', async () => {
    const filter = { match: ['a:*'], exclude: [], types: [], databases: [] };
    const selection = Selection.of({ filter, rename: null });
    await target.cli('SET', 'a:list', 'a string here');
    await write(['RPUSH', 'a:list', 1], ['FLUSHALL'], ['SET', 'a:last', 1]);
    following = new Following(stream, { source, target: link, selection });
    await following.caughtUp(source);
    await following.finish(target);
    expect(await differences(source, target, { selection })).toEqual([]);
  });

  it('of a whole transaction is mended key by key, with what was sent behind it', async () => {
    // A command that no server sends, in a stream of our own that ends where the source is.
    const offset = await write(['SET', 'a', 1], ['SET', 'b', 2], ['SET', 'c', 2], ['INCR', 'd']);
    const parts = [
      [
        ['SET', 'a', 1],
        ['SET', 'b', 2],
        ['APPEND', 'a'],
      ],
      [['COPY', 'b', 'c']],
      [['INCR', 'd']],
    ].map(commands => encodeCommands(commands));
    const start = offset - parts.reduce((sum, { length }) => sum + length, 0);
    const position = { replicationId: stream.replicationId, offset: start, db: 0, arrivedAt: 0 };
    await onTarget(target, it => writeCheckpoint(it, workflowId, endSnapshot(beginSnapshot(position, 'own', 0))));
    await target.cli('SET', 'b', 'old');
    const applier = await Applier.open({
      ...{ source: endpoint('source', source), target: endpoint('target', target) },
      ...{ workflowId, writer: anybody, selection: everything },
    });
    let at = start;
    for (const bytes of parts) {
      at += bytes.length;
      await applier.feed({ bytes, endOffset: at, arrivedAt: 0 });
    }
    await applier.settled();
    expect(applier.offset).toBe(offset);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(key => target.cli('GET', key)))).toEqual(['1', '2', '2', '1']);
    applier.close();
  });
});
