import { formatDuration } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Check, Place, resultsOf } from './check.js';
import { roundTripMs } from './round-trip.js';

const { pass, warning } = resultsOf('worker-connectivity');

const slowMs = 50;
/** From the fence to the promotion, one after the other. */
const tripsOfCutover = 10;

/** That the worker reaches both is what let the checks begin; how fast decides how long a cutover takes. */
export const workerConnectivity: Check = ({ source, target }) => Promise.all([judge(source), judge(target)]);

async function judge(server: Server) {
  const { side } = server.endpoint;
  const ms = await roundTripMs(server);
  const said = `The worker reaches the ${side} and hears back in ${ms.toFixed(1)} ms (median of a few PINGs).`;
  if (ms <= slowMs) return pass(side, said);
  return warning(
    side,
    `${said} ${Place(server)} is slow to answer: a cutover takes about ${tripsOfCutover} such round trips, ${formatDuration(ms * tripsOfCutover)} in which writes wait.`,
    'Run the worker near the two servers.',
  );
}
