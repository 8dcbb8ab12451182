import { code, prose } from '../escape.js';
import { count, counted } from '../figures.js';
import { bullets, type Markdown, section, table } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** Who has moved, and who still asks the old source. */
export function applicationSection({ application }: ReportRecord): Markdown {
  if (application === null) return '';
  const { findings, moved, left, leftBehind } = application;
  const rows = leftBehind.map(group => [
    code(group.address, 80),
    group.name === '' ? '-' : code(group.name, 80),
    group.user === '' ? '-' : code(group.user, 80),
    prose(group.kind, 20),
    count(group.count),
    group.lastCommand === '' ? '-' : code(group.lastCommand, 60),
    `${count(group.idleSeconds)}s ago`,
  ]);
  const moving = `${counted(moved, 'client')} on the new master, ${counted(left, 'client')} on the old source.`;
  const headers = ['From', 'Name', 'User', 'Kind', 'Clients', 'Last command', 'Active'];
  const behind = rows.length === 0 ? '' : `Still on the old source:\n\n${table(headers, rows)}`;
  return section('Applications', moving, bullets(findings.map(text => prose(text))), behind);
}
