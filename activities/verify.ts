import { Context } from '@temporalio/activity';
import { resolveEndpoints } from '../src/server/resolve.js';
import { verify } from '../src/verification/index.js';
import type { VerificationProgress, VerificationResult } from '../src/verification/progress.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

const heartbeatMs = 1000;

/** Compares the target with the source. Goes on from its heartbeat after a crash. */
export const verifyData =
  (deps: ActivityDeps) =>
  async (scope: Scope & { maxKeysPerSecond: number | null }): Promise<VerificationResult> => {
    const { mode, sampleSize, ttlToleranceMs, rounds } = scope.plan.verification;
    if (mode === 'none') throw new Error('verification.mode is none');
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    const context = Context.current();
    const resume = context.info.heartbeatDetails as Heartbeat | undefined;
    const show = throttled((progress: VerificationProgress) => context.heartbeat(toHeartbeat(progress)));
    const rate = { maxKeysPerSecond: scope.maxKeysPerSecond, maxBytesPerSecond: null };
    const options = { mode, sampleSize, ttlToleranceMs, rounds, rate };
    return verify(source, target, options, {
      ...(resume?.checkpoint ? { resume: resume.checkpoint } : {}),
      onProgress: show,
      signal: context.cancellationSignal,
    });
  };

interface Heartbeat {
  detail: string;
  checkpoint: VerificationProgress;
}

const toHeartbeat = (checkpoint: VerificationProgress): Heartbeat => ({
  detail: `${checkpoint.phase}: ${checkpoint.compared} of ${checkpoint.keysTotal} keys compared`,
  checkpoint,
});

function throttled<T>(call: (value: T) => void): (value: T) => void {
  let last = 0;
  return value => {
    if (Date.now() - last < heartbeatMs) return;
    last = Date.now();
    call(value);
  };
}
