import { Context } from '@temporalio/activity';
import type { VerifyPlan } from '../src/contract/verification.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { type RepairOptions, verify } from '../src/verification/index.js';
import type { VerificationProgress, VerificationResult } from '../src/verification/progress.js';
import { underControl } from './control.js';
import type { ActivityDeps } from './deps.js';

const heartbeatMs = 1000;

export interface VerifyRequest {
  name: string;
  plan: VerifyPlan;
  maxKeysPerSecond: number | null;
  maxBytesPerSecond?: number | null;
  /** @default null: nothing is changed */
  repair?: RepairOptions | null;
}

/** Compares the target with the source, and mends it where that is asked for. Goes on from its heartbeat after a crash. */
export const verifyData =
  (deps: ActivityDeps) =>
  async ({ plan, maxKeysPerSecond, maxBytesPerSecond = null, repair = null }: VerifyRequest) => {
    const { mode, sampleSize, ttlToleranceMs, rounds } = plan.verification;
    if (mode === 'none') throw new Error('verification.mode is none');
    const { source, target } = await resolveEndpoints(plan, deps.secrets);
    const context = Context.current();
    const { checkpoint } = (context.info.heartbeatDetails as Heartbeat | undefined) ?? {};
    const options = { mode, sampleSize, ttlToleranceMs, rounds, repair, selection: Selection.of(plan) };
    const initial = { paused: false, maxKeysPerSecond, maxBytesPerSecond };
    return beatingWith(checkpoint, onProgress =>
      underControl(initial, limits =>
        verify(source, target, options, {
          resume: checkpoint,
          onProgress,
          limits,
          signal: context.cancellationSignal,
        }),
      ),
    );
  };

interface Heartbeat {
  detail: string;
  checkpoint: VerificationProgress;
}

/** Beats once a second with the latest checkpoint, also while it is paused or a step takes long. */
async function beatingWith(
  resumed: VerificationProgress | undefined,
  work: (onProgress: (progress: VerificationProgress) => void) => Promise<VerificationResult>,
): Promise<VerificationResult> {
  let latest = resumed;
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(latest && toHeartbeat(latest)), heartbeatMs);
  try {
    return await work(progress => {
      latest = progress;
    });
  } finally {
    clearInterval(timer);
  }
}

const toHeartbeat = (checkpoint: VerificationProgress): Heartbeat => ({ detail: detailOf(checkpoint), checkpoint });

function detailOf({ phase, compared, scanned, keysTotal, repaired }: VerificationProgress): string {
  const mended = repaired > 0 ? `, ${repaired} repaired` : '';
  return `${phase}: ${scanned} of ${keysTotal} keys read, ${compared} compared${mended}`;
}
