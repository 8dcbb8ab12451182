import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import { type Check, counted, listed, Place, place, resultsOf } from './check.js';
import { findSentinels } from './sentinel-watch.js';

const { pass, warning, refusal } = resultsOf('sentinel');

/** Sentinel undoes a cutover: some 30 s after it, it makes the promoted target a replica of its own master again. */
export const sentinel: Check = ({ source, target }) => Promise.all([judge(source), judge(target)]);

async function judge(server: Server): Promise<CheckResult> {
  const { side } = server.endpoint;
  const watchers = await findSentinels(server);
  if (!watchers) {
    return warning(
      side,
      `Whether a Sentinel watches ${place(server)} could not be seen: the user may run neither PUBSUB NUMSUB nor CLIENT LIST.`,
      `Make sure of it, or grant one of them on the ${side}.`,
    );
  }
  if (watchers.count === 0) return pass(side, `No Sentinel watches the ${side}.`);
  const from = watchers.addresses.length > 0 ? `, connected from ${listed(watchers.addresses)}` : '';
  return refusal(
    side,
    `${Place(server)} is watched by ${counted(watchers.count, 'Sentinel')}${from}: after the cutover they would make the new master a replica again.`,
    `Take the ${side} out of their care for the time of the migration: SENTINEL REMOVE NAME on each Sentinel; then send 'retry'.`,
  );
}
