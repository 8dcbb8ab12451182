import type { CheckResult } from '../contract/checks.js';
import { formatBytes } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Info, infoNumber } from '../server/info.js';
import { type Check, type CheckContext, place, resultsOf, sides } from './check.js';
import { dataBytes } from './load.js';
import { readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('disk-space');

const statuses = ['rdb_last_bgsave_status', 'aof_last_bgrewrite_status', 'aof_last_write_status'];

/** No command tells how much room a disk has: what is known is whether the last save and the last append went well. */
export const diskSpace: Check = context =>
  Promise.all(sides(context).map(({ server, info }) => judge(context, server, info)));

async function judge({ sourceInfo }: CheckContext, server: Server, info: Info): Promise<CheckResult> {
  const { side } = server.endpoint;
  const failed = statuses.filter(field => info.get(field) === 'err');
  const room = `A snapshot takes up to ${formatBytes(dataBytes(sourceInfo))} of disk; free space can't be seen from here`;
  if (failed.length === 0) return pass(side, `The last save of the ${side} went well. ${room}.`);
  const said = `The last save of ${place(server)} failed (${failed.join(', ')}: err). ${room}.`;
  const remedy = `Look into the log of the ${side}, make room or correct its directory (CONFIG GET dir), then on the ${side}: ${cureFor(failed)}, and send 'retry'.`;
  if (!(await refusesWrites(server, info))) return warning(side, said, remedy);
  return failure(side, `${said} It refuses writes (MISCONF) as long as that stands.`, remedy);
}

const cureFor = (failed: readonly string[]): string =>
  failed.includes('rdb_last_bgsave_status') ? 'BGSAVE' : 'BGREWRITEAOF';

/** Only a server with save points stops taking writes for a failed save. */
async function refusesWrites(server: Server, info: Info): Promise<boolean> {
  const settings = await readSettings(server, 'stop-writes-on-bgsave-error', 'save');
  const snapshots = settings.get('stop-writes-on-bgsave-error') === 'yes' && settings.get('save') !== '';
  const failedToSave = info.get('rdb_last_bgsave_status') === 'err';
  return (
    (snapshots && failedToSave) ||
    (infoNumber(info, 'aof_enabled') === 1 && info.get('aof_last_write_status') === 'err')
  );
}
