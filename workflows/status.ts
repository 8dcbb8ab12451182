import { workflowInfo } from '@temporalio/workflow';
import { copies } from '../src/contract/methods.js';
import type { MigrationStatus, Phase, Progress } from '../src/contract/status.js';
import { copyProgress } from './copy-state.js';
import { nextSteps } from './next-steps.js';
import type { State } from './state.js';

export const noProgress: Progress = {
  keysDone: null,
  keysTotal: null,
  bytesDone: null,
  bytesTotal: null,
  keysPerSecond: null,
  lagBytes: null,
  lagMs: null,
  etaSeconds: null,
};

/** The one snapshot that every view is drawn from. */
export function toStatus(state: State): MigrationStatus {
  const name = workflowInfo().workflowId;
  const phase = phaseOf(state);
  const canCutOver = mayCutOver(state);
  return {
    name,
    method: state.plan.method,
    phase,
    checklist: state.checklist.map(entry => ({ ...entry })),
    progress: copyProgress(state) ?? state.link?.progress ?? noProgress,
    verification: state.verification,
    fence: state.fence,
    cutover: state.cutover,
    rollback: { ...state.wayBack, lagBytes: state.cutover ? (state.link?.progress.lagBytes ?? null) : null },
    canCutOver,
    blockers: state.blockers.map(blocker => ({ ...blocker })),
    notes: [...state.notes],
    nextSteps: nextSteps(name, phase, canCutOver, state),
  };
}

const final: readonly Phase[] = ['completed', 'rolled-back', 'aborted'];

function phaseOf({ phase, blockers, paused }: State): Phase {
  if (final.includes(phase)) return phase;
  if (blockers.length > 0) return 'waiting-for-operator';
  return paused ? 'paused' : phase;
}

/** The target has all that there is to have now. */
export const isInSync = ({ plan, link, copy }: State): boolean =>
  copies(plan.method) ? copy?.done === true : link?.state === 'in-sync';

function mayCutOver(state: State): boolean {
  const { phase, armed, blockers, paused, cutover } = state;
  return (
    armed && phase === 'ready-for-cutover' && isInSync(state) && blockers.length === 0 && !paused && cutover === null
  );
}
