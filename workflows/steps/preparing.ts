import type { CheckName, CheckResult } from '../../src/contract/checks.js';
import { type ErrorType, errorTable } from '../../src/contract/errors.js';
import type { Blocker } from '../../src/contract/status.js';
import type { CheckStep } from '../../src/preflight/index.js';
import { measuring, quick } from '../activities.js';
import { Blocked } from '../blocked.js';
import { now, type Run, type StepEnd } from '../run.js';

const baselineMs = 3000;

export const connectivity = (run: Run) =>
  run.step('connectivity', async () => {
    const facts = await quick.identify(run.scope);
    run.state.facts = facts;
    await decideMethod(run);
    const checked = await checks(run, 'connectivity');
    await run.lock('source', facts.source.clusterId ?? facts.source.runId);
    await run.lock('target', facts.target.clusterId ?? facts.target.runId);
    return { ...checked, detail: `${facts.source.version} to ${facts.target.version}; ${checked.detail}` };
  });

/** What `auto` comes to depends on the servers. */
async function decideMethod(run: Run): Promise<void> {
  const { state } = run;
  if (state.plan.method !== 'auto') return;
  const { method, why } = await measuring.chooseMethod(run.scope);
  state.plan = { ...state.plan, method };
  state.methodReason = why;
  run.note(`Method ${method}. ${why}`);
}

export const resources = (run: Run) => run.step('resources', () => checks(run, 'resources'));
export const authentication = (run: Run) => run.step('authentication', () => checks(run, 'authentication'));
export const compatibility = (run: Run) => run.step('compatibility', () => checks(run, 'compatibility'));

/** Measures, then judges buffers and backlog by what was measured. */
export const rehearsal = (run: Run) =>
  run.step('rehearsal', async () => {
    const baseline = await measuring.measure({ ...run.scope, durationMs: baselineMs });
    run.state.baseline = baseline;
    const checked = await checks(run, 'resources');
    const { keys, writeBytesPerSecond, operationsPerSecond, syncSeconds } = baseline;
    const figures = `${keys} keys, ${Math.round(operationsPerSecond)} commands/s, ${writeBytesPerSecond} B/s written, full sync in about ${syncSeconds} s`;
    return { ...checked, detail: `${figures}; ${checked.detail}` };
  });

/** Written down before anything changes. */
export const rollbackPlan = (run: Run) =>
  run.step('rollback-plan', async () => {
    const { originals, markdown } = await quick.planRollback(run.scope);
    run.state.originals = originals;
    run.state.rollbackPlan = { writtenAt: now(), markdown };
    return { detail: 'The way back is written down; see the report.' };
  });

async function checks(run: Run, step: CheckStep): Promise<StepEnd> {
  const results = await quick.check({ ...run.scope, step, baseline: run.state.baseline });
  const names = new Set<CheckName>(results.map(({ name }) => name));
  run.state.checks = [...run.state.checks.filter(({ name }) => !names.has(name)), ...results];
  const failures = withoutEmptiness(results.filter(({ outcome }) => outcome === 'failure')).filter(
    result => !isAccepted(run, result),
  );
  if (failures.length > 0) throw new Blocked(failures.map(result => toBlocker(step, result)));
  return summary(results);
}

/** Nobody is told to empty a target that has turned out to be the newer one. */
const withoutEmptiness = (failures: CheckResult[]): CheckResult[] =>
  failures.some(({ name }) => name === 'direction') ? failures.filter(({ name }) => name !== 'emptiness') : failures;

const isAccepted = ({ state }: Run, { name, final }: CheckResult): boolean =>
  final !== true && state.plan.accept.includes(name);

function summary(results: CheckResult[]): StepEnd {
  const odd = results.filter(({ outcome }) => outcome !== 'pass');
  const detail = `${results.length - odd.length} of ${results.length} checks pass`;
  if (odd.length === 0) return { detail };
  return { state: 'warning', detail: `${detail}; ${[...new Set(odd.map(({ name }) => name))].join(', ')}` };
}

const types: Partial<Record<CheckName, ErrorType>> = {
  emptiness: 'TargetNotEmpty',
  direction: 'WrongDirection',
  'same-server': 'SameServer',
  'source-permissions': 'PermissionMissing',
  'target-permissions': 'PermissionMissing',
};

function toBlocker(step: CheckStep, { name, message, remedy }: CheckResult): Blocker {
  const type = types[name] ?? 'PreflightFailed';
  return { step, type, message: `${name}: ${message}`, remedy: remedy ?? errorTable[type].remedy };
}
