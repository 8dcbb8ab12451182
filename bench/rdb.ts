import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applySnapshot } from '../src/rdb/apply/apply-snapshot.js';
import { spoolSnapshot } from '../src/rdb/file/spool.js';
import { RdbReader } from '../src/rdb/reader.js';
import { Selection } from '../src/selection/selection.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { fill } from '../test/lab/fill.js';
import { type RedisServer, startRedis } from '../test/lab/redis.js';
import { untilInSync } from '../test/lab/replicate.js';
import { benchmark, type Measured } from './benchmark.js';
import { serverSettings } from './machine.js';
import { known, ratio, summary } from './summary.js';

/** `compression`: the source's `rdbcompression`; off, every value stands in the snapshot as it is. */
const settings = { rounds: 3, keys: 1_000_000, bytes: 100, compression: 1 };
type Settings = typeof settings;

export const rdb = benchmark({
  describes: 'a snapshot of the source applied to a running target, beside REPLICAOF; the reader alone',
  settings,
  run,
});

interface Round {
  replicaofMs: number;
  snapshotMs: number;
  applyMs: number;
  applyCpuMs: number;
  readMs: number;
  readWithChecksumMs: number;
  snapshotMb: number;
  /** Of this process, above what it was before. */
  peakRssMb: number;
}

async function run(
  { rounds, keys, bytes, compression }: Settings,
  progress: (line: string) => void,
): Promise<Measured> {
  const config = { rdbcompression: compression ? 'yes' : 'no' };
  const [source, target] = await Promise.all([
    startRedis({ persistence: 'none', config }),
    startRedis({ persistence: 'none' }),
  ]);
  try {
    await fill(source, { keys, bytes });
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const result = await measure(source, target, keys);
      progress(`round ${round + 1}/${rounds}: ${JSON.stringify(result)}`);
      all.push(result);
    }
    return summarize(all, keys, await serverSettings(source));
  } finally {
    await Promise.all([source.discard(), target.discard()]);
  }
}

async function measure(source: RedisServer, target: RedisServer, keys: number): Promise<Round> {
  const replicaofMs = await elapsed(async () => {
    await target.cli('REPLICAOF', source.host, String(source.port));
    await untilInSync({ to: target });
  });
  await target.cli('REPLICAOF', 'NO', 'ONE');
  await target.cli('FLUSHALL');
  const rss = new PeakRss();
  const spoolDir = join(tmpdir(), `redis-migration-bench-${process.pid}`);
  let path = '';
  const snapshotMs = await elapsed(async () => {
    ({ path } = await spoolSnapshot(endpoint('source', source), { spoolDir }));
  });
  const file = await open(path);
  const cpu = process.cpuUsage();
  const applyMs = await elapsed(() => apply(file, endpoint('target', target), keys));
  const { user, system } = process.cpuUsage(cpu);
  const peakRssMb = rss.stop();
  const readMs = await elapsed(() => read(file, false));
  const readWithChecksumMs = await elapsed(() => read(file, true));
  const snapshotMb = Math.round((await file.stat()).size / 1e5) / 10;
  await file.close();
  await rm(spoolDir, { recursive: true });
  await target.cli('FLUSHALL');
  const applyCpuMs = Math.round((user + system) / 1000);
  return { replicaofMs, snapshotMs, applyMs, applyCpuMs, readMs, readWithChecksumMs, snapshotMb, peakRssMb };
}

async function apply(file: FileHandle, target: Endpoint, keys: number): Promise<void> {
  const selection = Selection.of({ filter: null, rename: null });
  const rate = { maxKeysPerSecond: null, maxBytesPerSecond: null, brake: false, baseline: null };
  const request = {
    mode: 'copy',
    onConflict: 'replace',
    selection,
    functions: true,
    rate,
    resume: null,
    sliceMs: 600_000,
  } as const;
  const writer = { name: 'redis-migration-copy', admit: async () => undefined };
  const hooks = { onProgress: () => {}, signal: new AbortController().signal, writer };
  const { progress, finding } = await applySnapshot(file, target, request, hooks);
  if (!progress.done || progress.copied !== keys)
    throw new Error(`not every key: ${JSON.stringify({ progress, finding })}`);
}

/** Goes over all records, and does nothing with them. */
async function read(file: FileHandle, checksum: boolean): Promise<void> {
  const reader = new RdbReader({ checksum });
  let at = 0;
  for (let item = reader.next(); item !== 'end'; item = reader.next()) {
    if (item !== 'more') continue;
    const room = reader.window.room(256 << 10);
    const { bytesRead } = await file.read(room, 0, room.length, at);
    if (bytesRead === 0) throw new Error('the snapshot ends too early');
    reader.window.filled(bytesRead);
    at += bytesRead;
  }
}

class PeakRss {
  readonly #before = process.memoryUsage.rss();
  #peak = this.#before;
  readonly #timer = setInterval(() => {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }, 20);

  stop(): number {
    clearInterval(this.#timer);
    return Math.round((this.#peak - this.#before) / 1e6);
  }
}

async function elapsed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}

const endpoint = (side: 'source' | 'target', { host, port }: RedisServer): Endpoint => ({ side, host, port });

function summarize(rounds: Round[], keys: number, servers: Record<string, string>): Measured {
  const of = (value: (round: Round) => number) => summary(rounds.map(value));
  const perSecond = (ms: number) => Math.round((keys / ms) * 1000);
  const ours = (round: Round) => round.snapshotMs + round.applyMs;
  const figures = {
    snapshotMb: rounds[0]?.snapshotMb,
    replicaofMs: of(round => round.replicaofMs),
    snapshotMs: of(round => round.snapshotMs),
    applyMs: of(round => round.applyMs),
    applyCpuMs: of(round => round.applyCpuMs),
    applyKeysPerSecond: of(round => perSecond(round.applyMs)),
    peakRssMb: of(round => round.peakRssMb),
    readerKeysPerSecond: of(round => perSecond(round.readMs)),
    readerMbPerSecond: of(round => (round.snapshotMb / round.readMs) * 1000),
    readerWithChecksumMbPerSecond: of(round => (round.snapshotMb / round.readWithChecksumMs) * 1000),
  };
  const rates: Record<string, number | undefined> = {
    'rate of snapshot and apply / rate of REPLICAOF, median': ratio(figures.replicaofMs?.median, of(ours)?.median),
  };
  return { servers, figures, ratios: known(rates) };
}
