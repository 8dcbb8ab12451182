import type { CheckResult } from '../contract/checks.js';
import { formatDuration } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Check, replicaSides, resultsOf } from './check.js';
import { expectedLoad } from './load.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning, failure } = resultsOf('repl-timeout');

/** Either end drops the link after so long without a word: a fork, a load or a stalled disk of the full sync may take it. */
export const replTimeout: Check = context => {
  const { syncSeconds } = expectedLoad(context);
  return Promise.all(replicaSides(context).map(({ server }) => judge(server, syncSeconds)));
};

async function judge(server: Server, syncSeconds: number): Promise<CheckResult> {
  const { side } = server.endpoint;
  const settings = await readSettings(server, 'repl-timeout', 'repl-ping-replica-period');
  const [timeout, period] = [numberOf(settings, 'repl-timeout'), numberOf(settings, 'repl-ping-replica-period')];
  const said = `repl-timeout of the ${side} is ${timeout} s`;
  const remedy = `On the ${side}: CONFIG SET repl-timeout ${Math.max(60, period * 6, Math.ceil(syncSeconds * 2))}`;
  if (timeout <= period) {
    return failure(
      side,
      `${said}, and PINGs come only every ${period} s: an idle link breaks again and again.`,
      remedy,
    );
  }
  const sync = `a full sync takes about ${formatDuration(syncSeconds * 1000)}`;
  return timeout < syncSeconds
    ? warning(side, `${said}, and ${sync}: one long silence in it would start it over.`, remedy)
    : pass(side, `${said}; ${sync}.`);
}
