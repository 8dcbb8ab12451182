import { workflowInfo } from '@temporalio/workflow';
import type { MigrationStatus, Phase, Progress } from '../src/contract/status.js';
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
    progress: state.link?.progress ?? noProgress,
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

function mayCutOver({ phase, armed, link, blockers, paused, cutover }: State): boolean {
  return (
    armed &&
    phase === 'ready-for-cutover' &&
    link?.state === 'in-sync' &&
    blockers.length === 0 &&
    !paused &&
    cutover === null
  );
}
