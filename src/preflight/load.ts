import { type Info, infoNumber } from '../server/info.js';
import type { CheckContext } from './check.js';

/** What the full sync will have to carry. */
export interface Load {
  /** Bytes a second of the replication stream. */
  writeRate: number;
  syncSeconds: number;
  /** "measured" or "estimated from INFO", for messages. */
  known: string;
}

/** The measured load; before the rehearsal, an estimate that rather errs upwards: all of the input counts as writes. */
export function expectedLoad({ baseline, sourceInfo }: Pick<CheckContext, 'baseline' | 'sourceInfo'>): Load {
  if (baseline)
    return { writeRate: baseline.writeBytesPerSecond, syncSeconds: baseline.syncSeconds, known: 'measured' };
  const writeRate = Number(sourceInfo.get('instantaneous_input_kbps') ?? 0) * 1024;
  return { writeRate, syncSeconds: estimateSyncSeconds(sourceInfo), known: 'estimated from INFO' };
}

/** The fork waits so long for more replicas (repl-diskless-sync-delay, 5 s by default). */
const delaySeconds = 5;
/** Of memory on the source. On two shared cores over loopback, 1 M small keys went at about 60 MB/s. */
const bytesPerSecond = 40e6;

export const estimateSyncSeconds = (info: Info): number => delaySeconds + dataBytes(info) / bytesPerSecond;

/** What the keys take, without connections, buffers and the bare server. */
export function dataBytes(info: Info): number {
  const besides = ['used_memory_startup', 'mem_clients_normal', 'mem_clients_slaves', 'mem_replication_backlog'];
  const total = besides.reduce((rest, field) => rest - infoNumber(info, field), infoNumber(info, 'used_memory'));
  return Math.max(0, total, infoNumber(info, 'used_memory_dataset'));
}
