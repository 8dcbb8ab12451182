import type { CheckResult } from '../contract/checks.js';
import { formatBytes } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Check, resultsOf } from './check.js';
import { expectedLoad, type Load } from './load.js';
import { numberOf, readSettings } from './read-settings.js';

const { pass, warning } = resultsOf('backlog-size');

/** So long may the link be away before everything must be sent again. */
const secondsAway = 60;

const roles = {
  source: 'the target would start its sync over',
  target: 'the old source could not follow any more: the way back would be lost',
} as const;

/** The source's backlog carries the target over a broken link, the target's the old source after the cutover. */
export const backlogSize: Check = context => {
  const load = expectedLoad(context);
  return Promise.all([judge(context.source, load), judge(context.target, load)]);
};

async function judge(server: Server, { writeRate, known }: Load): Promise<CheckResult> {
  const { side } = server.endpoint;
  const size = numberOf(await readSettings(server, 'repl-backlog-size'), 'repl-backlog-size');
  const needed = writeRate * secondsAway;
  const said = `The backlog of the ${side} is ${formatBytes(size)}; ${secondsAway} s of writes at ${formatBytes(writeRate)}/s (${known}) take ${formatBytes(needed)}`;
  if (size >= needed) return pass(side, `${said}.`);
  return warning(
    side,
    `${said}. After a longer break of the link ${roles[side]}.`,
    `On the ${side}: CONFIG SET repl-backlog-size ${roundUp(needed)}`,
  );
}

/** To the next power of two, as people size buffers. */
const roundUp = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes));
