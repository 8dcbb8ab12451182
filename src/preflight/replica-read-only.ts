import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import { type Check, replicaSides, resultsOf } from './check.js';
import { readSettings } from './read-settings.js';

const { pass, warning } = resultsOf('replica-read-only');

const setting = 'replica-read-only';

/** A replica that takes writes drifts away: the target during the sync, the old source after the cutover. */
export const replicaReadOnly: Check = context => Promise.all(replicaSides(context).map(({ server }) => judge(server)));

async function judge(server: Server): Promise<CheckResult> {
  const { side } = server.endpoint;
  if ((await readSettings(server, setting)).get(setting) !== 'no')
    return pass(side, `${setting} of the ${side} is yes.`);
  const when = side === 'source' ? 'after the cutover the old source' : 'during the sync the target';
  return warning(
    side,
    `${setting} of the ${side} is no: ${when} would take writes that go nowhere. The migration sets it to yes, and back afterwards.`,
    `Nothing; or on the ${side}: CONFIG SET ${setting} yes.`,
  );
}
