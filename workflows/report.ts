import type { ReportRecord, ServerIdentity, Side } from '../src/report/record.js';
import { renderReport } from '../src/report/render.js';
import { totals } from './copy-state.js';
import { now } from './run.js';
import type { State } from './state.js';
import { toStatus } from './status.js';

/** The migration's written record, at any time. */
export function toReport(state: State): string {
  return renderReport(toRecord(state));
}

function toRecord(state: State): ReportRecord {
  const { application, observation, link } = state;
  const copied = state.copy && totals(state.copy);
  return {
    status: toStatus(state),
    outcome: state.outcome,
    reason: state.reason,
    writtenAt: now(),
    plan: state.plan,
    methodReason: state.methodReason ?? null,
    servers: { source: identity(state, 'source'), target: identity(state, 'target') },
    checks: state.checks,
    rollbackPlan: state.rollbackPlan,
    sync: {
      startedAt: state.checklist.find(({ step }) => step === 'replicate')?.startedAt ?? null,
      syncedAt: state.syncedAt,
      keys: copied?.copied ?? link?.progress.keysDone ?? state.baseline?.keys ?? null,
      bytes: state.baseline?.dataBytes ?? null,
      fullSyncs: null,
      partialSyncs: null,
      ...(copied ? { unheld: copied.unheld } : {}),
    },
    cutover: state.cutoverFigures,
    rolledBack: state.rolledBack,
    baseline: state.baseline?.metrics ?? null,
    observed: observation?.window ?? null,
    observation: observation ? { regression: observation.regression, findings: observation.findings } : null,
    application,
    changes: state.changes,
    hooks: state.hooks,
  };
}

function identity({ facts, runIds }: State, side: Side): ServerIdentity | null {
  if (!facts) return null;
  const { address, version, keys, usedMemory } = facts[side];
  return { address, version, keys, usedMemory, runIds: runIds[side] };
}
