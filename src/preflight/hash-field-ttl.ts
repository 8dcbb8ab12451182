import { type Info, serverVersion } from '../server/info.js';
import { type Check, counted, resultsOf } from './check.js';

const { pass, warning, failure } = resultsOf('hash-field-ttl');

type Dialect = 'Redis 7.4' | 'Valkey 9' | null;

/** Expiring hash fields came twice, with snapshot formats that contradict each other. */
export const hashFieldTtl: Check = async ({ sourceInfo, targetInfo }) => {
  const [from, to] = [dialectOf(sourceInfo), dialectOf(targetInfo)];
  if (from === null)
    return [pass('source', `The source (${serverVersion(sourceInfo).text}) has no expiring hash fields.`)];
  const used = hashesWithTtl(sourceInfo);
  const said = `${counted(used, 'hash', 'hashes')} of the source with expiring fields, in the dialect of ${from}`;
  if (from === to) return [pass('both', `${said}, which the target speaks too.`)];
  const lack = to === null ? "doesn't know them" : `speaks that of ${to}`;
  const remedy = `Take a target that speaks the dialect of ${from}, or remove these expiries (HPERSIST).`;
  const make = used > 0 ? failure : warning;
  return [make('target', `${said}; the target ${lack}.`, remedy)];
};

function dialectOf(info: Info): Dialect {
  const { engine, version } = serverVersion(info);
  const [major, minor] = version;
  if (engine === 'valkey') return major >= 9 ? 'Valkey 9' : null;
  return major > 7 || (major === 7 && minor >= 4) ? 'Redis 7.4' : null;
}

/** `db0:keys=5,expires=1,avg_ttl=0,subexpiry=2`; Valkey calls it keys_with_volatile_items. */
function hashesWithTtl(info: Info): number {
  const lines = [...info].filter(([field]) => /^db\d+$/.test(field)).map(([, line]) => line);
  return lines.reduce(
    (sum, line) => sum + Number(/(?:subexpiry|keys_with_volatile_items)=(\d+)/.exec(line)?.[1] ?? 0),
    0,
  );
}
