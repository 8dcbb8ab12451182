import { describe, expect, it } from 'vitest';
import { farExpiry } from '../../../src/live/stream/index.js';
import { Selection } from '../../../src/selection/selection.js';
import { everyKey } from '../../lab/fill.js';
import { heldBy, type ServerVersion, serverVersions, startRedis } from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { begin, Following } from './following.js';
import { RecordedStream } from './recorded-stream.js';

const filter = { match: ['in:*'], exclude: [], types: [], databases: [] };
const selection = Selection.of({ filter, rename: null });
const newest = serverVersions().at(-1) as ServerVersion;
const has = (version: ServerVersion) => serverVersions().includes(version);
const pairs = (
  [
    ['8.0', '7.0'],
    ['8.0', '6.0'],
    ['6.0', '8.0'],
    ['8.0', '8.0'],
    ['valkey-8.1', '7.0'],
    [newest, newest],
  ] as [ServerVersion, ServerVersion][]
).filter(pair => pair.every(has));

/** What a group has read, or a stream once had, isn't kept by every version. */
const isNoStream = (difference: string): boolean => !difference.includes('"type":"stream"');

describe.each(pairs)('keys of every kind are fetched from %s to %s', (from, to) => {
  it.each([0, farExpiry])('with expiries %i ms later', async expiryShiftMs => {
    const source = await startRedis({ version: from, persistence: 'none', config: { 'repl-diskless-sync': 'no' } });
    const target = await startRedis({ version: to, persistence: 'none' });
    const stream = await RecordedStream.attach(source);
    try {
      await begin(stream, target, expiryShiftMs);
      const following = new Following(stream, { source, target, selection });
      const connection = await source.connect();
      const shapes = await heldBy(source);
      for (const [key, commands] of everyKey(shapes)) {
        const named = Buffer.concat([Buffer.from('in:'), key]);
        await connection.pipeline([...commands, ['RENAME', key, named]]);
      }
      connection.close();
      await following.caughtUp(source);
      await following.finish(target);
      expect(await target.cli('DBSIZE')).toBe(await source.cli('DBSIZE'));
      const found = await differences(source, target, { selection, expiryShiftMs });
      expect(found.filter(isNoStream).map(text => text.slice(0, 300))).toEqual([]);
      expect(following.failures).toEqual([]);
    } finally {
      stream.close();
      await Promise.all([source.discard(), target.discard()]);
    }
  });
});
