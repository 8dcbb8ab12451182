import type { Server } from '../server/connect.js';
import { refusalIn } from './replies.js';

const pings = 5;

/** A PING there and back in ms: the median of a few. */
export async function roundTripMs(server: Server): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < pings; count++) {
    const start = performance.now();
    // Refused (MISCONF, NOPERM) is answered too.
    refusalIn((await server.pipeline([['PING']]))[0]);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(pings / 2)] ?? 0;
}
