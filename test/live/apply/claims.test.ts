import { expect, onTestFinished, test } from 'vitest';
import { all } from '../../lab/fill.js';
import { type Command, type ServerVersion, serverVersions, startRedis, waitFor } from '../../lab/index.js';
import { InProcess } from '../follow/in-process.js';
import { differences } from '../stream/differences.js';

const pairs: [from: ServerVersion, to: ServerVersion, fetches: boolean][] = [
  ['6.0', '7.0', true],
  ['6.2', 'valkey-8.1', true],
  ['7.0', '8.0', false],
];
const here = ([from, to]: (typeof pairs)[number]) => [from, to].every(it => serverVersions().includes(it));

const made: Command[] = [
  ...[1, 2, 3, 4, 5].map((n): Command => ['XADD', 'stream', `${n}-0`, 'n', n]),
  ['XGROUP', 'CREATE', 'stream', 'group', 0],
  ['XREADGROUP', 'GROUP', 'group', 'anna', 'COUNT', 4, 'STREAMS', 'stream', '>'],
  ['XDEL', 'stream', '1-0', '3-0'],
];
/** 1-0 and 3-0 stay pending before 7.0, of whoever claims them; with all that is written behind it. */
const claimed: Command[] = [
  ['XCLAIM', 'stream', 'group', 'bert', 0, '1-0', '2-0', '3-0', 'JUSTID'],
  ['XADD', 'stream', '6-0', 'n', 6],
  ['COPY', 'stream', 'copied'],
  ['XREADGROUP', 'GROUP', 'group', 'bert', 'COUNT', 1, 'STREAMS', 'stream', '>'],
];

test.for(pairs.filter(here))(
  'what is pending of deleted entries stays so when it is claimed, from %s to %s',
  async ([from, to, fetches]) => {
    const [source, target] = await Promise.all([startRedis({ version: from }), startRedis({ version: to })]);
    onTestFinished(async () => {
      await Promise.all([source.discard(), target.discard()]);
    });
    const following = new InProcess(source, target);
    await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there' });
    const connection = await source.connect();
    onTestFinished(() => connection.close());
    await all(connection, made);
    await connection.pipeline(claimed);
    await following.finish(source, target);
    expect(await differences(source, target, { asReplicated: true })).toEqual([]);
    const calls = await source.info('commandstats');
    expect('cmdstat_dump' in calls).toBe(fetches);
  },
);
