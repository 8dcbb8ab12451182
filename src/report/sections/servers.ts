import { code, prose } from '../escape.js';
import { bytes, count } from '../figures.js';
import { type Markdown, section, table } from '../layout.js';
import type { ReportRecord, Side } from '../record.js';

/** Which processes these were: the run id tells a restarted or exchanged server. */
export function serversSection(record: ReportRecord): Markdown {
  const rows = (['source', 'target'] as const).map(side => row(record, side)).filter(cells => cells.length > 0);
  return section('Servers', table(['Server', 'Address', 'Version', 'Run id', 'Keys', 'Memory'], rows));
}

function row({ servers }: ReportRecord, side: Side): Markdown[] {
  const identity = servers[side];
  if (identity === null) return [];
  const { address, version, runIds, keys, usedMemory } = identity;
  const seen = runIds.slice(-10).map(id => code(id, 64));
  return [side, code(address), prose(version, 60), seen.join(', then '), count(keys), bytes(usedMemory)];
}
