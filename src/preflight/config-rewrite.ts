import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import type { Info } from '../server/info.js';
import { type Check, Place, replicaSides, resultsOf } from './check.js';

const { pass, warning } = resultsOf('config-rewrite');

const forgets = {
  source: 'a restart after the cutover brings the old source back as a master that takes writes which go nowhere',
  target: 'a restart during the sync brings the target back as a master of its own',
} as const;

/** Roles outlive a restart only when they are written to the configuration file. Nothing is written to try it. */
export const configRewrite: Check = async context =>
  replicaSides(context).map(({ server, info }) => judge(server, info));

function judge(server: Server, info: Info): CheckResult {
  const { side } = server.endpoint;
  if (info.get('config_file'))
    return pass(side, `${Place(server)} runs with a configuration file; it was not rewritten to try it.`);
  return warning(
    side,
    `${Place(server)} was started without a configuration file, so CONFIG REWRITE can't keep its role: ${forgets[side]}. The migration watches for it.`,
    `Start it with a configuration file that it may write, or keep the supervisor of the ${side} from restarting it by itself.`,
  );
}
