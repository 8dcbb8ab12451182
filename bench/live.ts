import { fill } from '../test/lab/fill.js';
import { startRedis } from '../test/lab/redis.js';
import { replicate } from '../test/lab/replicate.js';
import { benchmark, type Measured } from './benchmark.js';
import { type BacklogRound, backlogRound } from './live/backlog.js';
import { Follower, type Servers } from './live/follower.js';
import { probe } from './live/lag.js';
import { Load } from './live/load.js';
import { type MemoryPeaks, memoryPeaks } from './live/memory.js';
import { fillMixed } from './live/mixed.js';
import { type SnapshotRound, snapshotRound } from './live/snapshot.js';
import { serverSettings } from './machine.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 3,
  keys: 1_000_000,
  bytes: 100,
  /** Small values of every common type; 0: leaves them out. */
  mixedKeys: 300_000,
  /** Written while nothing is applied, then applied; 0: leaves it out. */
  commands: 1_000_000,
  /** Writes a second while the lag is measured; 0: leaves it out. */
  perSecond: 30_000,
  /** Writes whose lag is measured, under that load and without any. */
  probes: 1000,
  /** The big value, and the stream, of the measurement of memory; 0: leaves it out. */
  bigMb: 500,
  streamMb: 2000,
};
type Settings = typeof settings;

export const live = benchmark({
  describes: 'a source that is followed: its snapshot beside REPLICAOF, a full spool applied, lag, and memory',
  settings,
  run,
});

interface Results {
  strings: SnapshotRound[];
  mixed: SnapshotRound[];
  backlog: BacklogRound[];
  lags: Record<'quiet' | 'loaded' | 'replicaQuiet' | 'replicaLoaded', number[]>;
  memory: MemoryPeaks | null;
}

async function run(settings: Settings, progress: (line: string) => void): Promise<Measured> {
  const { rounds, keys, bytes, mixedKeys } = settings;
  const servers = {
    source: await startRedis({ persistence: 'none' }),
    target: await startRedis({ persistence: 'none' }),
  };
  const results: Results = {
    strings: [],
    mixed: [],
    backlog: [],
    lags: { quiet: [], loaded: [], replicaQuiet: [], replicaLoaded: [] },
    memory: null,
  };
  const note = <Round>(what: string, list: Round[], round: Round) => {
    progress(`${what} ${list.push(round)}: ${JSON.stringify(round)}`);
  };
  try {
    for (let round = 0; round < rounds && mixedKeys > 0; round++) {
      if (round === 0) await fillMixed(servers.source, mixedKeys);
      note('mixed', results.mixed, await snapshotRound(servers));
    }
    await servers.source.cli('FLUSHALL');
    await fill(servers.source, { keys, bytes });
    for (let round = 0; round < rounds; round++) note('strings', results.strings, await snapshotRound(servers));
    await following(servers, settings, results, note);
    await replicated(servers, settings, results, note);
    if (settings.bigMb + settings.streamMb > 0) results.memory = await memoryPeaks(servers, settings);
    progress(`memory: ${JSON.stringify(results.memory)}`);
    return summarize(results, await serverSettings(servers.source));
  } finally {
    await Promise.all([servers.source.discard(), servers.target.discard()]);
  }
}

type Note = <Round>(what: string, list: Round[], round: Round) => void;

async function following(servers: Servers, settings: Settings, { backlog, lags }: Results, note: Note): Promise<void> {
  const { rounds, commands, ...load } = settings;
  if (commands + load.perSecond === 0) return;
  await servers.target.cli('FLUSHALL');
  const follower = await Follower.start(servers);
  try {
    follower.begin();
    await follower.untilStream();
    for (let round = 0; round < rounds && commands > 0; round++)
      note('backlog', backlog, await backlogRound(servers, follower, { ...load, commands }));
    if (load.perSecond > 0) {
      lags.quiet = await probe(servers, load.probes, quietMs);
      lags.loaded = await underLoad(servers, load);
    }
  } finally {
    await follower.end();
  }
}
const quietMs = 10;
const loadedMs = 5;

/** The engine's own replication, as a measure of the lag. */
async function replicated(servers: Servers, load: Settings, { lags }: Results, note: Note): Promise<void> {
  if (load.perSecond === 0) return;
  await replicate({ from: servers.source, to: servers.target });
  lags.replicaQuiet = await probe(servers, load.probes, quietMs);
  lags.replicaLoaded = await underLoad(servers, load);
  await servers.target.cli('REPLICAOF', 'NO', 'ONE');
  note('lags', [], lagFigures(lags));
}

async function underLoad(servers: Servers, settings: Omit<Settings, 'rounds' | 'commands'>): Promise<number[]> {
  const load = await Load.start(servers.source, settings);
  try {
    return await probe(servers, settings.probes, loadedMs);
  } finally {
    await load.stop();
  }
}

const lagFigures = (lags: Results['lags']) =>
  Object.fromEntries(Object.entries(lags).map(([name, values]) => [`${name}LagMs`, lagFigure(values)]));

const lagFigure = (values: number[]) => {
  const sorted = values.toSorted((one, other) => one - other);
  return { ...summary(values), p99: sorted[Math.floor(sorted.length * 0.99)] };
};

function snapshotFigures(rounds: SnapshotRound[]) {
  return {
    replicaofMs: summary(rounds.map(({ replicaofMs }) => replicaofMs)),
    replicaofServersCpuMs: summary(rounds.map(({ replicaofServersCpuMs }) => replicaofServersCpuMs)),
    oursMs: summary(rounds.map(({ oursMs }) => oursMs)),
    oursCpuMs: summary(rounds.map(({ oursCpuMs }) => oursCpuMs)),
    oursServersCpuMs: summary(rounds.map(({ oursServersCpuMs }) => oursServersCpuMs)),
    aboveIdleMb: summary(rounds.map(({ aboveIdleMb }) => aboveIdleMb)),
    redisShakeMs: summary(rounds.flatMap(({ redisShakeMs }) => redisShakeMs ?? [])),
  };
}

function summarize(results: Results, servers: Record<string, string>): Measured {
  const [strings, mixed] = [snapshotFigures(results.strings), snapshotFigures(results.mixed)];
  const backlog = {
    appliedPerSecond: summary(results.backlog.map(({ appliedPerSecond }) => appliedPerSecond)),
    floorPerSecond: summary(results.backlog.map(({ floorPerSecond }) => floorPerSecond)),
    writtenPerSecond: summary(results.backlog.map(({ writtenPerSecond }) => writtenPerSecond)),
    cpuMs: summary(results.backlog.map(({ cpuMs }) => cpuMs)),
  };
  const ratios = known({
    'rate of the snapshot / rate of REPLICAOF, strings': ratio(strings.replicaofMs?.median, strings.oursMs?.median),
    'rate of the snapshot / rate of REPLICAOF, mixed types': ratio(mixed.replicaofMs?.median, mixed.oursMs?.median),
    'rate of the snapshot / rate of RedisShake, strings': ratio(strings.redisShakeMs?.median, strings.oursMs?.median),
    'rate of the snapshot / rate of RedisShake, mixed types': ratio(mixed.redisShakeMs?.median, mixed.oursMs?.median),
    'rate of the stream / what the target takes': ratio(
      backlog.appliedPerSecond?.median,
      backlog.floorPerSecond?.median,
    ),
  });
  return { servers, figures: { strings, mixed, backlog, ...lagFigures(results.lags), memory: results.memory }, ratios };
}
