import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MigrationPlan } from '../../../src/contract/plan.js';
import { AheadKeys, Translator } from '../../../src/live/stream/index.js';
import { RespConnection } from '../../../src/resp/connection.js';
import { Selection } from '../../../src/selection/selection.js';
import { type RedisServer, type ServerVersion, serverVersions, startRedis } from '../../lab/index.js';
import { endpointOf } from '../../values/support.js';
import { differences } from './differences.js';
import { randomCommands, randomOf } from './random-commands.js';
import { replay, serverOf } from './replay.js';
import { StreamTap } from './stream-tap.js';

type Filter = NonNullable<MigrationPlan['filter']>;
const selected = (
  filter: Partial<Filter> | null,
  rename: Partial<NonNullable<MigrationPlan['rename']>> | null = null,
) =>
  Selection.of({
    filter: filter && { match: [], exclude: [], types: [], databases: [], ...filter },
    rename: rename && { databases: {}, prefix: null, ...rename },
  });

interface Case {
  selection: Selection;
  /** @default the usual one */
  from?: ServerVersion;
  to?: ServerVersion;
}

const everything = Selection.everything;
const several = selected(
  { exclude: ['b:h'], types: ['hash', 'list', 'stream'], databases: [0, 1] },
  { databases: { 1: 4 }, prefix: { from: 'a:', to: 'n:' } },
);
const cases: Record<string, Case> = {
  everything: { selection: everything },
  'names that match': { selection: selected({ match: ['a:*', '[sz]'] }) },
  'names that are not excluded': { selection: selected({ exclude: ['tmp:*', '?:[lh]'] }) },
  databases: { selection: selected({ databases: [0, 2] }) },
  'databases under other numbers': {
    selection: selected({ databases: [0, 2] }, { databases: { 0: 3, 2: 0 } }),
  },
  'names under another prefix': { selection: selected(null, { prefix: { from: 'a:', to: 'other:' } }) },
  types: { selection: selected({ types: ['string', 'zset'] }) },
  'all at once': { selection: several },
  'everything, from 6.0': { selection: everything, from: '6.0' },
  'everything, from 8.0 to 6.0': { selection: everything, from: '8.0', to: '6.0' },
  'all at once, from 6.2 to Valkey 8.1': { selection: several, from: '6.2', to: 'valkey-8.1' },
  'all at once, from Valkey 8.0 to 6.2': { selection: several, from: 'valkey-8.0', to: '6.2' },
};
const possible = Object.keys(cases).filter(name => {
  const { from, to } = cases[name] as Case;
  return [from, to].every(version => version === undefined || serverVersions().includes(version));
});

/** More of them by REDIS_MIGRATION_FUZZ_ROUNDS. */
const rounds = Number(process.env.REDIS_MIGRATION_FUZZ_ROUNDS ?? 3);
const seeds = Array.from({ length: rounds }, (_, n) => 1000 + n);
const commandsEach = 400;
const hundredYears = 3_153_600_000_000;

describe.each(possible)('random commands, of which are wanted: %s', name => {
  const { selection, from, to } = cases[name] as Case;
  let source: RedisServer;
  let target: RedisServer;
  let tap: StreamTap;
  let ends: { source: RespConnection; target: RespConnection };
  beforeAll(async () => {
    const started = [from, to].map(version => startRedis(version === undefined ? {} : { version }));
    [source, target] = (await Promise.all(started)) as [RedisServer, RedisServer];
    ends = {
      source: await RespConnection.open(endpointOf(source)),
      target: await RespConnection.open(endpointOf(target, 1)),
    };
  });
  beforeEach(async () => {
    await Promise.all([source.cli('FLUSHALL'), target.cli('FLUSHALL')]);
    tap = await StreamTap.attach(source);
  });
  afterEach(() => tap.close());
  afterAll(async () => {
    for (const end of Object.values(ends ?? {})) end.close();
    await Promise.all([source?.discard(), target?.discard()]);
  });

  test.each(seeds)('seed %i', async seed => {
    const random = randomOf(seed);
    const expiryShiftMs = seed % 3 === 0 ? 0 : hundredYears;
    const client = await source.connect();
    await client.pipeline([...randomCommands(random, commandsEach)]);
    client.close();
    const translator = new Translator(selection, await serverOf(target), { expiryShiftMs });
    // Some keys were fetched before: what the stream says of them is not for the target.
    const ahead = new AheadKeys();
    if (seed % 2 === 0) ahead.add({ db: 0, key: Buffer.from('a:s') }, 1e9);
    const options = { shiftFetchedMs: expiryShiftMs, ahead };
    const done = await replay(await tap.take(), { ...ends, selection, translator }, options);
    expect(done).toMatchObject({ errors: [], resyncs: [], unknown: new Set() });
    expect(await differences(source, target, { selection, expiryShiftMs, asReplicated: true })).toEqual([]);
  });
});
