import { keysByDatabase } from '../server/info.js';
import { type Check, resultsOf } from './check.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning, refusal } = resultsOf('databases');

/** A replica that meets a database number that it doesn't have ends itself. */
export const databases: Check = async ({ source, target, sourceInfo }) => {
  const [from, to] = (await Promise.all([source, target].map(server => readSettings(server, 'databases')))).map(
    settings => numberOf(settings, 'databases'),
  ) as [number, number];
  const used = Math.max(-1, ...keysByDatabase(sourceInfo).keys()) + 1;
  const said = `The source has ${from} databases and uses ${used === 0 ? 'none' : `up to number ${used - 1}`}; the target has ${to}`;
  const remedy = `In the target's configuration file: databases ${Math.max(from, used)}; then restart it.`;
  if (to < used) return [refusal('target', `${said}: reading the snapshot would end the target's process.`, remedy)];
  if (to < from) return [warning('target', `${said}: a first key in database ${to} would break replication.`, remedy)];
  return [pass('target', `${said}.`)];
};
