import { Context } from '@temporalio/activity';
import type { VerifyPlan } from '../src/contract/verification.js';
import type { CopyPlan } from '../src/copy/index.js';
import { expiryShiftMs } from '../src/live/expiry-shift.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { type RepairOptions, verify } from '../src/verification/index.js';
import type { VerificationProgress, VerificationResult } from '../src/verification/progress.js';
import { withNodes } from './cluster-nodes.js';
import { underControl } from './control.js';
import { writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';

export interface VerifyRequest {
  /** The workflow's id. */
  name: string;
  plan: VerifyPlan;
  maxKeysPerSecond: number | null;
  /** More nodes of clusters. @default none */
  nodes?: CopyPlan['nodes'];
  maxBytesPerSecond?: number | null;
  /** The target is fed with the source's stream: expiries there are later on purpose. @default false */
  fed?: boolean;
  /** Copies what differs, too; then everything is compared, whatever the mode. @default null: nothing is changed */
  repair?: Omit<RepairOptions, 'writer'> | null;
}

/** Compares the target with the source, and mends it where that is asked for. Goes on from its heartbeat after a crash. */
export const verifyData =
  (deps: ActivityDeps) =>
  async (request: VerifyRequest): Promise<VerificationResult> => {
    const { name, plan, maxKeysPerSecond, maxBytesPerSecond = null } = request;
    const { sampleSize, ttlToleranceMs, rounds } = plan.verification;
    const { source, target } = withNodes(await resolveEndpoints(plan, deps.secrets), request.nodes);
    const context = Context.current();
    const { checkpoint } = (context.info.heartbeatDetails as Heartbeat | null | undefined) ?? {};
    const repair = request.repair ? { ...request.repair, writer: writerOf(name) } : null;
    const mode = modeOf(request);
    const selection = Selection.of(plan);
    const shift = request.fed ? { expiryShiftMs } : {};
    const options = { mode, sampleSize, ttlToleranceMs, rounds, repair, selection, ...shift };
    const initial = { paused: false, maxKeysPerSecond, maxBytesPerSecond };
    const pulse = startPulse(checkpoint && toHeartbeat(checkpoint));
    const onProgress = (progress: VerificationProgress) => pulse.show(() => toHeartbeat(progress));
    const { cancellationSignal: signal } = context;
    return underControl(initial, limits =>
      verify(source, target, options, { resume: checkpoint, onProgress, limits, signal }),
    ).finally(pulse.stop);
  };

function modeOf({ plan: { verification }, repair }: VerifyRequest): 'full' | 'sample' | 'keys' {
  if (repair) return 'full';
  if (verification.mode === 'none') throw new Error('verification.mode is none');
  return verification.mode;
}

interface Heartbeat {
  detail: string;
  checkpoint: VerificationProgress;
}

const toHeartbeat = (checkpoint: VerificationProgress): Heartbeat => ({ detail: detailOf(checkpoint), checkpoint });

function detailOf({ phase, compared, scanned, keysTotal, repaired }: VerificationProgress): string {
  const mended = repaired > 0 ? `, ${repaired} repaired` : '';
  return `${phase}: ${scanned} of ${keysTotal} keys read, ${compared} compared${mended}`;
}
