import { copies } from '../../contract/methods.js';
import { code, prose } from '../escape.js';
import { counted } from '../figures.js';
import { bullets, type Markdown, section } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** What whoever signs must have seen: everything that isn't plainly well, drawn from all the sections. */
export function attention(record: ReportRecord): Markdown {
  const items = [
    ...blockerItems(record),
    ...checkItems(record),
    ...verificationItems(record),
    ...cutoverItems(record),
    ...copyItems(record),
    ...applicationItems(record),
    ...changeItems(record),
  ];
  const calm = 'Nothing: every check passed or was not needed, and nothing was left behind unasked.';
  return section('Needs attention', items.length === 0 ? calm : bullets(items));
}

const blockerItems = ({ status }: ReportRecord): Markdown[] =>
  status.blockers.map(({ step, message, remedy }) => `**${step}** waits: ${prose(message)} ${prose(remedy)}`);

function checkItems({ checks, plan }: ReportRecord): Markdown[] {
  const failures = checks.filter(({ outcome }) => outcome === 'failure');
  const accepted = namesOf(failures.filter(({ name }) => plan.accept.includes(name)));
  const open = namesOf(failures.filter(({ name }) => !plan.accept.includes(name)));
  const warnings = namesOf(checks.filter(({ outcome }) => outcome === 'warning'));
  return [
    ...(open.length > 0 ? [`Failed checks: ${open.join(', ')}.`] : []),
    ...(accepted.length > 0 ? [`Failed checks taken knowingly: ${accepted.join(', ')}.`] : []),
    ...(warnings.length > 0 ? [`Checks with a warning: ${warnings.join(', ')}.`] : []),
  ];
}

/** A check that looks at both sides counts once. */
const namesOf = (checks: ReportRecord['checks']): string[] => [...new Set(checks.map(({ name }) => name))];

function verificationItems({ status: { verification }, outcome }: ReportRecord): Markdown[] {
  if (verification === null) return outcome === 'completed' ? ['The data was not verified.'] : [];
  const { verdict, different, missing, extra, unsettled } = verification;
  if (verdict === 'skipped') return ['Verification was skipped.'];
  const found = [
    [different, 'different'],
    [missing, 'missing on the target'],
    [extra, 'only on the target'],
    [unsettled, 'still changing when last compared'],
  ] as const;
  return found.filter(([keys]) => keys > 0).map(([keys, what]) => `${counted(keys, 'key')} ${what}.`);
}

function cutoverItems({ cutover, status, outcome }: ReportRecord): Markdown[] {
  const loss = cutover?.acceptedLossBytes ?? 0;
  const wayBack = status.rollback;
  const lost = cutover !== null && outcome === null && !wayBack.possible;
  return [
    ...(loss > 0 ? [`Promoted with the operator's consent to lose up to ${counted(loss, 'byte')}.`] : []),
    ...(lost ? [`No rollback: ${prose(wayBack.why)}`] : []),
  ];
}

/** What a copy without a stream of changes can't promise, and what it could not carry over. */
function copyItems({ plan, sync, cutover }: ReportRecord): Markdown[] {
  if (!copies(plan.method)) return [];
  const fence = cutover?.fence ?? plan.cutover.fence;
  const open = fence !== 'park' && fence !== 'whole-copy';
  const promise = plan.verification.repair ? repaired : unrepaired;
  return [...(open ? [promise] : []), ...(sync?.unheld ?? []).map(what => `The target can't hold: ${prose(what)}.`)];
}

const unrepaired =
  'Keys were copied without a stream of changes and without a fence: what was written to the source meanwhile may be missing on the target.';
const repaired =
  'Keys were copied without a fence. What had changed on the source was copied again by the verification; what was written after that may be missing on the target.';

function applicationItems({ observation, application }: ReportRecord): Markdown[] {
  const left = application?.left ?? 0;
  return [
    ...(observation?.regression ? ['A regression was observed on the target.'] : []),
    ...(left > 0 ? [`${counted(left, 'client')} still on the old source.`] : []),
  ];
}

function changeItems({ changes, hooks }: ReportRecord): Markdown[] {
  const stay = changes.filter(({ undone, note }) => !undone && note === undefined);
  const failed = hooks.filter(({ outcome }) => outcome === 'failed');
  return [
    ...(stay.length > 0 ? [`${counted(stay.length, 'change')} not undone, see below.`] : []),
    ...failed.map(({ point, name }) => `Hook ${code(name)} (${prose(point, 40)}) failed.`),
  ];
}
