import { formatDuration } from '../contract/units.js';
import type { Server } from '../server/connect.js';
import { type Check, resultsOf } from './check.js';

const { pass, warning, failure } = resultsOf('clock-skew');

const noticeableMs = 1_000;
const harmfulMs = 30_000;

/** Expiries travel as points in time: on a server whose clock is ahead, keys die early. */
export const clockSkew: Check = async ({ source, target }) => {
  const [from, to] = await Promise.all([offsetMs(source), offsetMs(target)]);
  const skew = to - from;
  const size = Math.abs(skew);
  if (size <= noticeableMs)
    return [pass('both', `The clocks of both servers agree to ${formatDuration(Math.max(1, size))}.`)];
  const make = size > harmfulMs ? failure : warning;
  const effect =
    skew > 0
      ? `ahead of the source's: keys expire that much earlier`
      : `behind the source's: keys expire that much later`;
  return [
    make(
      'target',
      `The target's clock is ${formatDuration(size)} ${effect}.`,
      "Set both clocks by NTP (chronyc tracking, timedatectl), then send 'retry'.",
    ),
  ];
};

const looks = 3;

/** The server's clock less the worker's, taken at the middle of the quickest of a few round trips. */
async function offsetMs(server: Server): Promise<number> {
  let best = { trip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let count = 0; count < looks; count++) {
    const sent = performance.now();
    const [seconds, micros] = (await server.call('TIME')) as [string, string];
    const received = performance.now();
    const offset = Number(seconds) * 1000 + Number(micros) / 1000 - (sent + received) / 2;
    if (received - sent < best.trip) best = { trip: received - sent, offset };
  }
  return best.offset;
}
