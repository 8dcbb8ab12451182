import type { CheckResult } from '../contract/checks.js';
import type { FenceChoice } from '../contract/input.js';
import { commandLevel, type Info, serverVersion } from '../server/info.js';
import { type Check, resultsOf, sides } from './check.js';

const { pass, warning, failure } = resultsOf('pause-write');

/** Writers wait during a cutover when the server can pause them, else they get errors. A rollback pauses the target. */
export const pauseWrite: Check = async context =>
  sides(context).map(({ side, info }) => judge(side, info, context.plan.cutover.fence));

function judge(side: 'source' | 'target', info: Info, fence: FenceChoice): CheckResult {
  const { text } = serverVersion(info);
  if (commandLevel(info) >= 60_200) return pass(side, `The ${side} (${text}) can pause writers alone.`);
  const said = `The ${side} (${text}) has no CLIENT PAUSE WRITE, which came with 6.2`;
  const act = side === 'source' ? 'cutover' : 'rollback';
  if (side === 'source' && fence === 'park') {
    return failure(side, `${said}; the fence "park" needs it.`, 'Set cutover.fence to "auto" or "min-replicas".');
  }
  return warning(
    side,
    `${said}: the fence of a ${act} is min-replicas-to-write, by which writers get NOREPLICAS errors instead of waiting.`,
    `Have the applications retry on NOREPLICAS during the ${act}, or upgrade first.`,
  );
}
