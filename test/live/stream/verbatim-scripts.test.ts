import { expect, onTestFinished, test } from 'vitest';
import { StreamReader, Translator } from '../../../src/live/stream/index.js';
import { RespConnection } from '../../../src/resp/connection.js';
import { Selection } from '../../../src/selection/selection.js';
import { startRedis } from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';
import { endpointOf } from '../../values/support.js';
import { differences } from './differences.js';
import { replay, serverOf } from './replay.js';
import { StreamTap } from './stream-tap.js';

const script = "redis.call('set',KEYS[1],ARGV[1])return redis.call('incr','counter')";
const selections = {
  everything: Selection.everything,
  'names that match': Selection.of({
    filter: { match: ['a*'], exclude: [], types: [], databases: [] },
    rename: null,
  }),
};

/** As sources before 5.0 always do, and these when told so. */
describeEachVersion(
  'scripts that are replicated as they are, from',
  version => {
    test.each(Object.entries(selections))('of which are wanted: %s', async (name, selection) => {
      const [source, target] = await Promise.all([
        startRedis({ version, config: { 'lua-replicate-commands': 'no' } }),
        startRedis(),
      ]);
      onTestFinished(async () => {
        await Promise.all([source.discard(), target.discard()]);
      });
      const tap = await StreamTap.attach(source);
      const client = await source.connect();
      const sha = String(await client.send('SCRIPT', 'LOAD', script));
      await client.send('EVAL', script, 1, 'a:1', 'value');
      await client.send('EVALSHA', sha, 1, 'a:2', 'value');
      await client.send('EVALSHA', sha, 1, 'b:1', 'value');
      client.close();
      const ends = {
        source: await RespConnection.open(endpointOf(source)),
        target: await RespConnection.open(endpointOf(target, 1)),
        selection,
        translator: new Translator(selection, await serverOf(target)),
      };
      const stream = await tap.take();
      expect(namesIn(stream)).toEqual(expect.arrayContaining(['EVAL']));
      const { fetched, ...done } = await replay(stream, ends);
      expect(done).toMatchObject({ errors: [], resyncs: [], unknown: new Set() });
      expect(fetched.size > 0).toBe(name !== 'everything');
      expect(await differences(source, target, { selection })).toEqual([]);
    });
  },
  ['6.0', '6.2'],
);

function namesIn(stream: Buffer): string[] {
  const reader = new StreamReader({ offset: 0, db: 0 });
  reader.push(stream, 0);
  const names: string[] = [];
  for (let command = reader.next(); command; command = reader.next()) names.push(command.name);
  return names;
}
