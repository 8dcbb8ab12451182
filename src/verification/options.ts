/** How much is compared: everything; random keys; only which keys there are. */
export type VerificationMode = 'full' | 'sample' | 'keys';

export interface VerificationOptions {
  /** @default "full" */
  mode?: VerificationMode;
  /** Keys that are drawn from each side in mode `sample`. @default 1000 */
  sampleSize?: number;
  /** By how many ms the expiries of a key may differ. @default 1000 */
  ttlToleranceMs?: number;
  /** How often a difference is looked at again before it counts, after waits that grow from 100 ms to 1 s. @default 3 */
  rounds?: number;
  /** @default unlimited */
  maxKeysPerSecond?: number | undefined;
  /** Key names that are shown. @default 10 */
  maxExamples?: number;
}

export function withDefaults(options: VerificationOptions): Required<VerificationOptions> {
  const { mode = 'full', sampleSize = 1000, ttlToleranceMs = 1000, rounds = 3, maxExamples = 10 } = options;
  return { mode, sampleSize, ttlToleranceMs, rounds, maxExamples, maxKeysPerSecond: options.maxKeysPerSecond };
}
