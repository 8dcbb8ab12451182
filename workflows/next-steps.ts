import type { CheckName } from '../src/contract/checks.js';
import type { ErrorType } from '../src/contract/errors.js';
import { copies } from '../src/contract/methods.js';
import type { NextStep, Phase } from '../src/contract/status.js';
import { quote } from '../src/report/redis-cli.js';
import type { State } from './state.js';

/** What the operator can do now, with the command to copy. */
export function nextSteps(name: string, phase: Phase, canCutOver: boolean, state: State): NextStep[] {
  const step: StepOf = (message, why, along) => ({
    message,
    command: `redis-migration ${message} ${quote(name)}${along?.words ?? ''}`,
    ...(along && { argument: along.argument }),
    why,
  });
  if (['completed', 'rolled-back', 'aborted'].includes(phase)) return [step('report', 'the written record')];
  if (state.cutover) {
    const back = state.wayBack.possible ? [step('rollback', backTo(state))] : [];
    const again = phase === 'waiting-for-operator' ? [step('retry', 'tries the failed step again')] : [];
    return [...again, step('complete', 'ends the observation and the keeping of the old source'), ...back];
  }
  const abort = step('abort', 'undoes everything; the source stays as it was');
  if (phase === 'waiting-for-operator')
    return [step('retry', 'tries the failed step again'), ...consents(step, state), ...lossy(step, state), abort];
  if (phase === 'paused') return [step('resume', 'goes on moving data'), abort];
  if (canCutOver) return [step('cutover', switching(state)), abort];
  return [abort];
}

const backTo = ({ plan }: State): string =>
  plan.migrate.move
    ? 'copies all keys back to the old source, as the target has them, and goes back to it'
    : copies(plan.method)
      ? 'goes back to the old source, without what was written to the target since'
      : 'goes back to the old source, losing nothing';

function switching({ plan: { method, cutover } }: State): string {
  if (!copies(method) || cutover.fence === 'whole-copy') return 'moves the writes to the target';
  if (cutover.fence === 'park')
    return 'stops writes to the source, copies what they changed, and moves them to the target';
  return 'moves the writes to the target; what the source has taken since its keys were copied is not there';
}

/** What goes along: as words of our command, and as JSON for a signal. */
type StepOf = (message: string, why: string, along?: { words: string; argument: string }) => NextStep;

/** What a patch may consent to, whole, so that nobody has to look up its form. */
function consents(step: StepOf, { blockers, checks, plan }: State): NextStep[] {
  const blocked = (type: ErrorType) => blockers.some(blocker => blocker.type === type);
  const patch = (why: string, fields: object) =>
    step('retry', why, { words: ` --patch '${JSON.stringify(fields)}'`, argument: JSON.stringify({ patch: fields }) });
  const failed = checks.filter(({ name, outcome, final }) => outcome === 'failure' && !final && isOpen(plan, name));
  const names = [...new Set(failed.map(({ name }) => name))];
  return [
    ...(names.length > 0 ? [patch('takes knowingly what is not mended', { accept: names })] : []),
    ...(blocked('VerificationFailed') && copies(plan.method) && !plan.verification.repair
      ? [patch('copies what differs, and compares again', { verification: { repair: true } })]
      : []),
    ...(blocked('TargetNotEmpty') ? [patch("lets the target's own data go", { target: { ifNotEmpty: 'wipe' } })] : []),
  ];
}

const isOpen = ({ accept }: State['plan'], name: CheckName): boolean => !accept.includes(name);

function lossy(step: StepOf, { blockers }: State): NextStep[] {
  const lost = blockers.some(({ type }) => type === 'SourceLost');
  return lost
    ? [
        step('cutover', 'promotes what the target has, losing at most N bytes', {
          words: ' --accept-loss-bytes N',
          argument: '{"acceptLossBytes":N}',
        }),
      ]
    : [];
}
