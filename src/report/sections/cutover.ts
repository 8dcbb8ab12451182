import { code, prose } from '../escape.js';
import { bytes, count, pauseTime, time, yesNo } from '../figures.js';
import { facts, type Markdown, section } from '../layout.js';
import type { CutoverFigures, ReportRecord } from '../record.js';

export const cutoverSection = ({ cutover }: ReportRecord): Markdown =>
  cutover === null ? '' : section('Cutover', figures(cutover));

/** The same machine the other way. */
export const rolledBackSection = ({ rolledBack }: ReportRecord): Markdown =>
  rolledBack === null ? '' : section('Rollback', figures(rolledBack));

function figures(cutover: CutoverFigures): Markdown {
  const { acceptedLossBytes: loss, partialResync, clientsDisconnected } = cutover;
  return facts([
    ['Promoted', time(cutover.promotedAt)],
    ['Writers waited', pauseTime(cutover.writePauseMs)],
    ['Fence', prose(cutover.fence, 60)],
    ['Drained up to offset', cutover.drainedOffset === null ? 'not drained' : code(String(cutover.drainedOffset))],
    ['Attempts', count(cutover.attempts)],
    ['Loss consented to', loss === null ? null : `at most ${bytes(loss)}`],
    ['Old master follows without a full resync', partialResync === null ? null : yesNo(partialResync)],
    ['Clients disconnected from the old master', clientsDisconnected === null ? null : count(clientsDisconnected)],
  ]);
}
