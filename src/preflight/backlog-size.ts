import type { CheckResult } from '../contract/checks.js';
import { formatBytes } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Check, resultsOf } from './check.js';
import { expectedLoad, type Load } from './load.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning } = resultsOf('backlog-size');

/** So long may the link be away before everything must be sent again. */
const secondsAway = 60;

const ofReplicas = {
  source: 'the target would start its sync over',
  target: 'the old source could not follow any more: the way back would be lost',
};
const ofWorkers: typeof ofReplicas = {
  source: 'the worker, or another one that takes over, would begin anew with a fresh snapshot',
  target: 'the worker could not bring it all to the old source any more: the way back would be lost',
};

/**
 * The source's backlog carries the target, or the worker that follows, over a broken link; the target's the old source after
 * the cutover.
 */
export const backlogSize: Check = context => {
  const load = expectedLoad(context);
  const losses = context.plan.method === 'live' ? ofWorkers : ofReplicas;
  return Promise.all([context.source, context.target].map(server => judge(server, load, losses)));
};

async function judge(server: Server, { writeRate, known }: Load, losses: typeof ofReplicas): Promise<CheckResult> {
  const { side } = server.endpoint;
  const size = numberOf(await readSettings(server, 'repl-backlog-size'), 'repl-backlog-size');
  const needed = writeRate * secondsAway;
  const said = `The backlog of the ${side} is ${formatBytes(size)}; ${secondsAway} s of writes at ${formatBytes(writeRate)}/s (${known}) take ${formatBytes(needed)}`;
  if (size >= needed) return pass(side, `${said}.`);
  return warning(
    side,
    `${said}. After a longer break of the link ${losses[side]}.`,
    `On the ${side}: CONFIG SET repl-backlog-size ${roundUp(needed)}`,
  );
}

/** To the next power of two, as people size buffers. */
const roundUp = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes));
