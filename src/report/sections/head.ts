import { code, prose } from '../escape.js';
import { address, between, counted, pauseTime, time } from '../figures.js';
import { facts, type Markdown } from '../layout.js';
import type { ReportRecord, Side } from '../record.js';

/** What happened, in one sentence, and the figures that people ask for first. */
export function head(record: ReportRecord): Markdown {
  const { status, reason } = record;
  const title = `# Migration ${code(status.name)}`;
  const why = reason === null ? '' : ` Reason given: ${prose(reason)}.`;
  return [title, `**${verdict(record)}**${why}`, keyFigures(record)].join('\n\n');
}

const outcomes = {
  completed: 'Completed: the target has taken over from the source.',
  'rolled-back': 'Rolled back: the source serves again, and the target follows it.',
  aborted: 'Aborted: the source serves as before.',
  'dry-run': 'Dry run: everything that changes nothing was done, and nothing was changed.',
} as const;

function verdict({ outcome, status, cutover }: ReportRecord): Markdown {
  if (outcome === null) return `Still under way: ${status.phase}.`;
  const promoted = cutover !== null && cutover.promotedAt !== null;
  return outcome === 'aborted' && promoted ? 'Ended early, after the promotion: the target serves.' : outcomes[outcome];
}

function keyFigures(record: ReportRecord): Markdown {
  const { status, cutover, methodReason, writtenAt } = record;
  const [startedAt, endedAt] = span(record);
  return facts([
    ['Source', server(record, 'source')],
    ['Target', server(record, 'target')],
    ['Method', status.method + (methodReason === null ? '' : ` (${prose(methodReason)})`)],
    ['Started', time(startedAt)],
    ['Took', between(startedAt, endedAt)],
    ['Writers waited', cutover && pauseTime(cutover.writePauseMs)],
    ['Verification', status.verification && verificationLine(status.verification)],
    ['Written', time(writtenAt)],
  ]);
}

/** From the first step that began to the last that ended. */
function span({ status, writtenAt }: ReportRecord): [string | null, string] {
  const started = status.checklist.map(({ startedAt }) => startedAt).filter(at => at !== null);
  const ended = status.checklist.map(({ endedAt }) => endedAt).filter(at => at !== null);
  return [started.sort()[0] ?? null, ended.sort().at(-1) ?? writtenAt];
}

function server({ servers, plan }: ReportRecord, side: Side): Markdown {
  const identity = servers[side];
  return identity ? `${code(identity.address)}, ${prose(identity.version, 60)}` : address(plan[side]);
}

function verificationLine({ verdict, compared, different, missing, extra }: VerificationFigures): Markdown {
  const wrong = different + missing + extra;
  if (verdict === 'skipped') return verdict;
  return `${verdict}, ${counted(compared, 'key')} compared, ${wrong === 0 ? 'no difference' : counted(wrong, 'difference')}`;
}

type VerificationFigures = NonNullable<ReportRecord['status']['verification']>;
