import { Redis } from 'ioredis';
import { copyPartition, planCopy } from '../../src/copy/index.js';
import { Selection } from '../../src/selection/selection.js';

export interface Ports {
  source: number;
  target: number;
}

/** Ways to copy all keys of database 0, in this process. */
export const contenders = {
  /** The function that the activity calls, its brake on by default. */
  ours: async ({ source, target }: Ports, partitions: number, brake: number): Promise<void> => {
    const [host, selection] = ['127.0.0.1', Selection.of({ filter: null, rename: null })];
    const endpoints = {
      source: { side: 'source', host, port: source },
      target: { side: 'target', host, port: target },
    } as const;
    const plan = await planCopy(endpoints, selection, { partitions });
    const rate = { maxKeysPerSecond: null, maxBytesPerSecond: null, brake: brake === 1, baseline: plan.baseline };
    const writer = { name: 'redis-migration-copy', admit: async () => undefined };
    const hooks = { onProgress: () => {}, signal: new AbortController().signal, writer };
    const copyOne = async (partition: (typeof plan.partitions)[number]) => {
      const whole = { resume: null, sliceMs: Number.POSITIVE_INFINITY, rate, selection, partition };
      const report = await copyPartition(endpoints, { ...whole, mode: 'copy', onConflict: 'replace' }, hooks);
      if (!report.progress.done) throw new Error(`not all was copied: ${JSON.stringify(report)}`);
    };
    await Promise.all(plan.partitions.map(copyOne));
  },

  /** What people write: SCAN 100, pipelined DUMP and PTTL, pipelined RESTORE, page after page. */
  script: async ({ source, target }: Ports): Promise<void> => {
    const [from, to] = [new Redis(source), new Redis(target)];
    let cursor = '0';
    do {
      const [next, keys] = await from.scanBuffer(cursor, 'COUNT', 100);
      cursor = String(next);
      const reading = from.pipeline();
      for (const key of keys) reading.dumpBuffer(key).pttl(key);
      const read = (await reading.exec()) ?? [];
      const writing = to.pipeline();
      for (const [index, key] of keys.entries()) {
        const [payload, ttl] = [read[index * 2]?.[1], read[index * 2 + 1]?.[1]];
        if (Buffer.isBuffer(payload)) writing.restore(key, Math.max(0, Number(ttl)), payload, 'REPLACE');
      }
      await writing.exec();
    } while (cursor !== '0');
    from.disconnect();
    to.disconnect();
  },
};

export type Contender = keyof typeof contenders;
