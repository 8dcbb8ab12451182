import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';
import { differences } from '../stream/differences.js';
import { begin, Following } from './following.js';
import { RecordedStream } from './recorded-stream.js';

const renamed = ['FLUSHALL ""', 'FLUSHDB hidden', 'UNLINK ""', 'LPUSH other-push', 'MOVE other-move', 'XTRIM ""'];

describeEachVersion('a target that has commands under other names, or not at all,', version => {
  let source: RedisServer;
  let target: RedisServer;
  beforeAll(async () => {
    const config = { 'rename-command': renamed.join('\nrename-command ') };
    [source, target] = await Promise.all([startRedis({ version }), startRedis({ version, config })]);
  });
  afterAll(() => Promise.all([source, target].map(server => server.discard())));

  test('gets all that the stream has, and no command that it would not know', async () => {
    const stream = await RecordedStream.attach(source);
    await begin(stream, target);
    const following = new Following(stream, { source, target });
    const client = await source.connect();
    await client.pipeline([
      ['SET', 'gone', 1],
      ['LPUSH', 'gone-too', 1],
      ['FLUSHALL'],
      ['LPUSH', 'list', 1, 2, 3],
      ['LPUSH', 'list', 4],
      ['SET', 'moved', 1],
      ['MOVE', 'moved', 3],
      ['MSET', 'a', 1, 'b', 2],
      ['UNLINK', 'a'],
      ['XADD', 'stream', '1-1', 'a', 'b'],
      ['XADD', 'stream', '2-1', 'a', 'b'],
      ['XTRIM', 'stream', 'MAXLEN', '1'],
      ['SELECT', 5],
      ['SET', 'here', 1],
      ['FLUSHDB'],
      ['SET', 'there', 1],
    ]);
    client.close();
    await following.caughtUp(source);
    await following.finish(target);
    expect(following.failures).toEqual([]);
    stream.close();
    expect(await differences(source, target)).toEqual([]);
    expect(await target.info('all')).not.toHaveProperty('errorstat_EXECABORT');
  });
});
