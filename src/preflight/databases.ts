import type { CheckResult } from '../contract/checks.js';
import { replicates } from '../contract/methods.js';
import { keysByDatabase } from '../server/info.js';
import { type Check, type CheckContext, counted, resultsOf } from './check.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning, refusal } = resultsOf('databases');

/** A replica that meets a database number that it doesn't have ends itself. */
export const databases: Check = async context => {
  const { source, target, sourceInfo, plan } = context;
  const [from, to] = (await Promise.all([source, target].map(server => readSettings(server, 'databases')))).map(
    settings => numberOf(settings, 'databases'),
  ) as [number, number];
  if (!replicates(plan.method)) return [judgeCopy(context, to)];
  const used = Math.max(-1, ...keysByDatabase(sourceInfo).keys()) + 1;
  const said = `The source has ${from} databases and uses ${used === 0 ? 'none' : `up to number ${used - 1}`}; the target has ${to}`;
  const remedy = `In the target's configuration file: databases ${Math.max(from, used)}; then restart it.`;
  if (to < used) return [refusal('target', `${said}: reading the snapshot would end the target's process.`, remedy)];
  if (to < from) return [warning('target', `${said}: a first key in database ${to} would break replication.`, remedy)];
  return [pass('target', `${said}.`)];
};

/** A copy goes to the databases that it names, or to those of the same number. */
function judgeCopy({ sourceInfo, targetInfo, plan: { filter, rename } }: CheckContext, there: number): CheckResult {
  const wanted = new Set(filter?.databases);
  const used = [...keysByDatabase(sourceInfo).keys()].filter(number => wanted.size === 0 || wanted.has(number));
  const goals = used.map(number => rename?.databases[String(number)] ?? number);
  const most = targetInfo.get('cluster_enabled') === '1' ? 1 : there || Number.POSITIVE_INFINITY;
  const beyond = goals.filter(number => number >= most);
  const said = `Keys go to ${counted(goals.length, 'database')} of the target (${goals.join(', ') || 'none'})`;
  if (beyond.length === 0) return pass('target', `${said}, which it has.`);
  return refusal(
    'target',
    `${said}; it has only ${counted(most, 'database')}, and not ${beyond.join(', ')}.`,
    'Map them to others with rename.databases, leave them out with filter.databases, or give the target more databases (databases in its configuration file).',
  );
}
