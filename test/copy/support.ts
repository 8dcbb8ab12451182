import {
  type CopyRequest,
  copyPartition,
  type Partition,
  type PartitionProgress,
  type PartitionReport,
  planCopy,
  planRescans,
  type Rescans,
  type Writer,
} from '../../src/copy/index.js';
import { Selection } from '../../src/selection/selection.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { RedisServer } from '../lab/index.js';

export const everything = Selection.of({ filter: null, rename: null });

export interface Place {
  host: string;
  port: number;
  username?: string | undefined;
  password?: string | undefined;
}

export const endpoint = (side: 'source' | 'target', { host, port, username, password }: Place): Endpoint => ({
  side,
  host,
  port,
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
});

export const unlimited: CopyRequest['rate'] = {
  maxKeysPerSecond: null,
  maxBytesPerSecond: null,
  brake: false,
  baseline: null,
};

/** Nobody asks whether it is still wanted. */
export const anybody: Writer = { name: 'redis-migration-copy', admit: async () => undefined };

export interface CopyAll extends Partial<Omit<CopyRequest, 'partition' | 'resume'>> {
  partitions?: number;
  onProgress?(progress: PartitionProgress): void;
  signal?: AbortSignal;
}

export const requestOf = (partition: Partition, options: CopyAll = {}): CopyRequest => ({
  partition,
  transport: options.transport ?? { kind: 'worker' },
  mode: options.mode ?? 'copy',
  onConflict: options.onConflict ?? 'replace',
  selection: options.selection ?? everything,
  rate: options.rate ?? unlimited,
  resume: null,
  sliceMs: options.sliceMs ?? 60_000,
});

/** Plans, and copies the partitions side by side, each to its end. */
export async function copyAll(source: Place, target: Place, options: CopyAll = {}): Promise<PartitionReport[]> {
  const endpoints = { source: endpoint('source', source), target: endpoint('target', target) };
  const { partitions, layout, nodes } = await planCopy(endpoints, options.selection ?? everything, {
    partitions: options.partitions ?? 1,
  });
  endpoints.source.others = nodes.source;
  endpoints.target.others = nodes.target;
  const hooks = {
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
    writer: anybody,
  };
  const copyOne = async (partition: Partition): Promise<PartitionReport> => {
    let report = await copyPartition(endpoints, requestOf(partition, options), hooks);
    while (!report.progress.done && !report.finding && !hooks.signal.aborted)
      report = await copyPartition(
        endpoints,
        { ...requestOf(partition, options), resume: throughJson(report.progress) },
        hooks,
      );
    return report;
  };
  const reports = await Promise.all(partitions.map(copyOne));
  let before = layout;
  for (let ordered = false; before; ordered = true) {
    const { steps, layout: now }: Rescans = await planRescans(endpoints.source, before, ordered);
    for (const step of steps) reports.push(...(await Promise.all(step.map(copyOne))));
    before = steps.length > 0 ? now : null;
  }
  return reports;
}

/** As a heartbeat carries it. */
export const throughJson = (progress: PartitionProgress): PartitionProgress => JSON.parse(JSON.stringify(progress));

/** Sums over the partitions. */
export function totals(reports: readonly PartitionReport[]) {
  const sum = (name: 'scanned' | 'copied' | 'skipped' | 'gone' | 'conflicts' | 'inPieces') =>
    reports.reduce((all, { progress }) => all + progress[name], 0);
  return {
    copied: sum('copied'),
    skipped: sum('skipped'),
    gone: sum('gone'),
    conflicts: sum('conflicts'),
    inPieces: sum('inPieces'),
  };
}

/**
 * The server's own digest over all keys and values (and whether each expires), which doesn't depend on the order in
 * which they are kept: an independent comparison that stays quick with many keys.
 */
export const digestOf = (server: RedisServer): Promise<string> => server.cli('DEBUG', 'DIGEST');
