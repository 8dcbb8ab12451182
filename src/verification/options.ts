import type { Writer } from '../copy/writers.js';
import { Selection } from '../selection/selection.js';
import { type Limits, unlimited } from './throttle.js';

/** How much is compared: everything; random keys; only which keys there are. */
export type VerificationMode = 'full' | 'sample' | 'keys';

/** Differences are mended: keys are copied from the source again. Done twice, or half, it does no harm. */
export interface RepairOptions {
  /** Removes keys that only the target has. For a target that had no keys of its own when the migration began. */
  deleteExtra: boolean;
  /** With `skip` a key that the target has is left as it is, and only missing ones are copied. @default "replace" */
  onConflict?: 'replace' | 'skip';
  /** `run_id` of the source that the target's keys come from; another process is not taken for it. @default any */
  sourceRunId?: string | null;
  writer: Writer;
}

export interface VerificationOptions {
  /** @default "full" */
  mode?: VerificationMode;
  /** Keys that are drawn from each side in mode `sample`. @default 1000 */
  sampleSize?: number;
  /** By how many ms the expiries of a key may differ. @default 1000 */
  ttlToleranceMs?: number;
  /** By how many ms expiries of the target are later on purpose. @default 0 */
  expiryShiftMs?: number;
  /** How often a difference is looked at again before it counts, after waits that grow from 100 ms to 1 s. @default 3 */
  rounds?: number;
  /** Keys of the source that are of concern, and what they are called on the target. @default everything */
  selection?: Selection;
  /** Null: changes nothing. Not in modes `sample` and `keys`. @default null */
  repair?: RepairOptions | null;
  /** @default unlimited */
  rate?: Pick<Limits, 'maxKeysPerSecond' | 'maxBytesPerSecond'>;
  /** Key names that are shown. @default 10 */
  maxExamples?: number;
}

export function withDefaults(options: VerificationOptions): Required<VerificationOptions> {
  return {
    mode: 'full',
    sampleSize: 1000,
    ttlToleranceMs: 1000,
    expiryShiftMs: 0,
    rounds: 3,
    maxExamples: 10,
    selection: Selection.everything,
    repair: null,
    rate: unlimited,
    ...options,
  };
}
