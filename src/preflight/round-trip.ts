import type { Server } from '../server/connect.js';

const pings = 5;

/** A PING there and back in ms: the median of a few. */
export async function roundTripMs(server: Server): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < pings; count++) {
    const start = performance.now();
    await server.call('PING');
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(pings / 2)] ?? 0;
}
