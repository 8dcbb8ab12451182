import type { Progress } from '../src/contract/status.js';
import type { Latencies, Partition, PartitionProgress } from '../src/copy/index.js';
import type { SourceFence } from '../src/copy/source-fence.js';
import type { State } from './state.js';

/** How far the copying of keys is, as plain JSON. */
export interface CopyState {
  partitions: CopiedPartition[];
  keysTotal: number;
  /** Before the first key: so every key that is there later, and not on the source, was deleted there meanwhile. */
  targetWasEmpty: boolean;
  /** Every key that was there has been copied. */
  done: boolean;
  /** The source takes no writes since then; null: it does. */
  fence: SourceFence | null;
  /** Nothing was written on the source since it was copied or compared: it was fenced before. */
  caughtUp: boolean;
  /** `run_id` of the target when it was compared last: another process may have lost keys. */
  comparedOn: string | null;
  /** This migration may have fenced the source. */
  touchedSource: boolean;
  /** What PINGs took before anything was copied: what the brake compares with. */
  baseline: Latencies;
  /** Of the last slices. */
  keysPerSecond: number | null;
}

export interface CopiedPartition {
  partition: Partition;
  check: PartitionProgress | null;
  copy: PartitionProgress | null;
}

/** What all partitions come to. */
export function totals({ partitions }: CopyState) {
  const sum = (field: 'scanned' | 'copied' | 'skipped' | 'gone' | 'inPieces' | 'bytes') =>
    partitions.reduce((total, { copy }) => total + (copy?.[field] ?? 0), 0);
  const [scanned, copied, skipped] = [sum('scanned'), sum('copied'), sum('skipped')];
  const unheld = [...new Set(partitions.flatMap(({ copy }) => copy?.unheld ?? []))];
  return { scanned, copied, skipped, gone: sum('gone'), inPieces: sum('inPieces'), bytes: sum('bytes'), unheld };
}

export function copyProgress(state: State): Progress | null {
  const { copy } = state;
  if (!copy) return null;
  const { copied, skipped, gone, bytes } = totals(copy);
  const keysDone = copied + skipped + gone;
  const left = Math.max(0, copy.keysTotal - keysDone);
  const eta = copy.done || !copy.keysPerSecond ? null : Math.round(left / copy.keysPerSecond);
  return {
    keysDone,
    // SCAN may give a key twice, and keys are added meanwhile.
    keysTotal: Math.max(copy.keysTotal, keysDone),
    bytesDone: bytes,
    bytesTotal: null,
    keysPerSecond: copy.done ? null : copy.keysPerSecond,
    lagBytes: null,
    lagMs: null,
    etaSeconds: eta,
  };
}
