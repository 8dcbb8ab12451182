import { afterAll, beforeAll, expect, test } from 'vitest';
import { Translator } from '../../../src/live/stream/index.js';
import { RespConnection } from '../../../src/resp/connection.js';
import { Selection } from '../../../src/selection/selection.js';
import { type Connection, type RedisServer, type ServerVersion, serverVersions, startRedis } from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';
import { endpointOf } from '../../values/support.js';
import { differences } from './differences.js';
import { forms } from './forms.js';
import { type Ends, type Replay, replay, serverOf } from './replay.js';
import { sendForms } from './send-forms.js';
import { StreamTap } from './stream-tap.js';

interface Target {
  version: ServerVersion;
  server: RedisServer;
  ends: Ends;
}

/** One target after the other is told, on a machine that may be busy. */
const lateMs = 20_000;

/** By what each release brought: whatever a newer server is told, it can do. */
const age = ['6.0', '6.2', '7.0', 'valkey-8.0', 'valkey-8.1', '8.0'];
/** What servers before 6.2 can't be told. */
const lacking = ['LMOVE', 'SORT', 'ZADD', 'ZDIFFSTORE', 'ZRANGESTORE', 'GEOSEARCHSTORE', 'XADD', 'XTRIM', 'COPY'];

describeEachVersion('the stream of', version => {
  let source: RedisServer;
  let client: Connection;
  let tap: StreamTap;
  let targets: Target[];
  beforeAll(async () => {
    source = await startRedis({ version });
    client = await source.connect();
    tap = await StreamTap.attach(source);
    targets = await Promise.all(serverVersions().map(to => startTarget(source, to)));
  }, 60_000);
  afterAll(async () => {
    tap.close();
    client.close();
    for (const { ends } of targets) for (const end of [ends.source, ends.target]) end.close();
    await Promise.all([source, ...targets.map(({ server }) => server)].map(server => server.discard()));
  });

  test.each(Object.keys(forms))('is understood by all: %s', async family => {
    const written = await sendForms(client, forms[family] as string[]);
    expect(written).toBeGreaterThan(5);
    const stream = await tap.take();
    for (const { version: to, server, ends } of targets) {
      const done = await replay(stream, ends);
      expect({ to, ...done, fetched: [] }).toEqual({ to, ...nothingWrong, notes: done.notes, fetched: [] });
      expect([...done.fetched].filter(name => !mayFetch(name, version, to))).toEqual([]);
      expect({ to, different: await differences(source, server, { lateMs }) }).toEqual({ to, different: [] });
    }
  });
});

const nothingWrong: Replay = { fetched: new Set(), unknown: new Set(), resyncs: [], notes: new Set(), errors: [] };

/** A payload of RESTORE is of the source's version. */
function mayFetch(name: string, from: ServerVersion, to: ServerVersion): boolean {
  if (age.indexOf(to) >= age.indexOf(from)) return false;
  return name === 'RESTORE' || (to === '6.0' && lacking.includes(name));
}

async function startTarget(source: RedisServer, version: ServerVersion): Promise<Target> {
  const server = await startRedis({ version });
  const selection = Selection.everything;
  const translator = new Translator(selection, await serverOf(server));
  const [from, to] = await Promise.all([
    RespConnection.open(endpointOf(source)),
    RespConnection.open(endpointOf(server, 1)),
  ]);
  return { version, server, ends: { source: from, target: to, selection, translator } };
}
