import type { Progress } from '../src/contract/status.js';
import type { CopyPlan, Latencies, Partition, PartitionProgress } from '../src/copy/index.js';
import type { SourceFence } from '../src/copy/source-fence.js';
import type { State } from './state.js';

/** Partitions, and how far the work on them is, as plain JSON. */
export interface CopyWork {
  partitions: CopiedPartition[];
  keysTotal: number;
  /** What PINGs took before anything was copied: what the brake compares with. */
  baseline: Latencies;
  /** A source that is a cluster; missing: it is none. */
  cluster?: ClusterWork;
  /** By which clusters are found; missing: there is none. */
  nodes?: CopyPlan['nodes'];
  /** Method `rdb`: where a worker has left the snapshot. */
  spooled: string | null;
  /** Of the last slices. */
  keysPerSecond: number | null;
}

/** Slots may move while they are scanned. */
export interface ClusterWork {
  /** When the last scan began. */
  layout: NonNullable<CopyPlan['layout']>;
  /** What of it is to be scanned again when the partitions are done, step by step. */
  steps: Partition[][];
  /** The scans that have gone over into such steps. */
  again: ('check' | 'copy')[];
}

/** How far the copying of keys is. */
export interface CopyState extends CopyWork {
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
  /** `run_id` of the source that was copied: one that restarted may have older data, or none. */
  sourceRunId?: string;
  /** A move: keys that both sides had, of which the operator was told to delete one. */
  onBoth?: number;
  /** A move: `run_id` of the target of which the operator was told that it has fewer keys than were moved. */
  shortOn?: string | null;
  /** The target is being marked, and the applications sent there: too late to abort. */
  switching?: boolean;
  /** This migration may have fenced the source. */
  touchedSource: boolean;
  /** Copying back to the source what was moved. */
  back?: CopyWork & { done: boolean };
}

export interface CopiedPartition {
  partition: Partition;
  check: PartitionProgress | null;
  copy: PartitionProgress | null;
}

/** What all partitions come to. */
export function totals({ partitions }: Pick<CopyWork, 'partitions'>) {
  const sum = (field: 'scanned' | 'copied' | 'skipped' | 'gone' | 'inPieces' | 'bytes') =>
    partitions.reduce((total, { copy }) => total + (copy?.[field] ?? 0), 0);
  const [scanned, copied, skipped] = [sum('scanned'), sum('copied'), sum('skipped')];
  const unheld = [...new Set(partitions.flatMap(({ copy }) => copy?.unheld ?? []))];
  return { scanned, copied, skipped, gone: sum('gone'), inPieces: sum('inPieces'), bytes: sum('bytes'), unheld };
}

/** As it begins. */
export const unbegun = ({ partitions, keysTotal, baseline, layout, nodes }: CopyPlan): CopyWork => ({
  ...(layout ? { cluster: { layout, steps: [], again: [] } } : {}),
  ...(nodes && nodes.source.length + nodes.target.length > 0 ? { nodes } : {}),
  partitions: partitions.map(partition => ({ partition, check: null, copy: null })),
  keysTotal,
  baseline,
  spooled: null,
  keysPerSecond: null,
});

export function copyProgress(state: State): Progress | null {
  const copy = state.copy?.back ?? state.copy;
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
