import { prose } from '../escape.js';
import { bytes, time } from '../figures.js';
import { type Markdown, section, utf8Bytes } from '../layout.js';
import type { ReportRecord } from '../record.js';

const mostBytes = 20_000;

/** The rollback plan as it was written, and how the way back stands. */
export function wayBackSection({ rollbackPlan, status, outcome }: ReportRecord): Markdown {
  if (rollbackPlan === null) return '';
  const { possible, why, lagBytes } = status.rollback;
  const lag = lagBytes === null ? '' : `, ${bytes(lagBytes)} behind`;
  const now = outcome === null ? `Now: ${possible ? 'possible' : 'not possible'}${lag}. ${prose(why)}` : '';
  const long = utf8Bytes(rollbackPlan.markdown) > mostBytes;
  const text = long
    ? 'Too long for this report; the query `report` showed it when it was written.'
    : rollbackPlan.markdown;
  return section('Rollback plan', `Written ${time(rollbackPlan.writtenAt)}, before anything was changed.`, now, text);
}
