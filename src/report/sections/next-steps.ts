import { code, prose } from '../escape.js';
import { bullets, type Markdown, section, shellBlock } from '../layout.js';
import type { ReportRecord } from '../record.js';
import { redisCli } from '../redis-cli.js';

export function nextStepsSection(record: ReportRecord): Markdown {
  const given = record.status.nextSteps.map(
    ({ message, command, why }) => `${prose(message)}: ${code(command, 300)} ${prose(why)}`,
  );
  return section('Next steps', bullets(given), parked(record), marker(record));
}

/** The old source refuses writes for ever: say how that ends, for nobody else will remember. */
function parked({ outcome, plan, cutover }: ReportRecord): Markdown {
  if (outcome !== 'completed' || cutover === null || plan.sourceAfterwards !== 'parked') return '';
  const { source } = plan;
  const release = shellBlock([
    redisCli('source', source, 'REPLICAOF NO ONE'),
    redisCli('source', source, 'CONFIG REWRITE'),
  ]);
  return `The old source is parked: it holds its data, follows nobody and refuses writes. Switch it off once nobody needs it. To make it a master of its own instead, first make sure that no application uses it any more:\n\n${release}`;
}

/** What outlives the migration on purpose. */
function marker({ outcome, cutover }: ReportRecord): Markdown {
  if (outcome !== 'completed' || cutover === null) return '';
  return 'The key `__redis-migration:promoted` stays on the target: it keeps a migration in the old direction from wiping it. `redis-migration undo INPUT.json --forget`, with the input of this migration, removes it.';
}
