import { Context } from '@temporalio/activity';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { type RepairOptions, verify } from '../src/verification/index.js';
import type { VerificationProgress, VerificationResult } from '../src/verification/progress.js';
import { writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

export interface VerifyData extends Scope {
  maxKeysPerSecond: number | null;
  maxBytesPerSecond?: number | null;
  /** Copies what differs, too; then everything is compared, whatever the mode. */
  repair?: { deleteExtra: boolean } | null;
}

/** Compares the target with the source. Goes on from its heartbeat after a crash. */
export const verifyData =
  (deps: ActivityDeps) =>
  async (scope: VerifyData): Promise<VerificationResult> => {
    const { plan, maxKeysPerSecond, maxBytesPerSecond = null } = scope;
    const { sampleSize, ttlToleranceMs, rounds } = plan.verification;
    const { source, target } = await resolveEndpoints(plan, deps.secrets);
    const context = Context.current();
    const resume = context.info.heartbeatDetails as Heartbeat | undefined;
    const options = {
      mode: modeOf(scope),
      sampleSize,
      ttlToleranceMs,
      rounds,
      rate: { maxKeysPerSecond, maxBytesPerSecond },
      selection: Selection.of(plan),
      repair: repairOf(scope),
    };
    const pulse = startPulse(resume ?? null);
    return verify(source, target, options, {
      ...(resume?.checkpoint ? { resume: resume.checkpoint } : {}),
      onProgress: progress => pulse.show(() => toHeartbeat(progress)),
      signal: context.cancellationSignal,
    }).finally(pulse.stop);
  };

function modeOf({ plan: { verification }, repair }: VerifyData): 'full' | 'sample' | 'keys' {
  if (repair) return 'full';
  if (verification.mode === 'none') throw new Error('verification.mode is none');
  return verification.mode;
}

function repairOf(scope: VerifyData): RepairOptions | null {
  if (!scope.repair) return null;
  const onConflict = scope.plan.onConflict === 'skip' ? 'skip' : 'replace';
  return { ...scope.repair, onConflict, writer: writerOf(scope) };
}

interface Heartbeat {
  detail: string;
  checkpoint: VerificationProgress;
}

const toHeartbeat = (checkpoint: VerificationProgress): Heartbeat => ({
  detail: `${checkpoint.phase}: ${checkpoint.compared} of ${checkpoint.keysTotal} keys compared`,
  checkpoint,
});
