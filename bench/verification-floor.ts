import { ByteBuilder } from '../src/resp/bytes.js';
import { RespConnection } from '../src/resp/connection.js';
import { appendCommand } from '../src/resp/encode.js';
import type { Endpoint } from '../src/server/endpoint.js';

const batch = 500;
const inFlight = 4;

/**
 * What any comparison by DUMP and PTTL costs the servers: both commands for every key of both sides, the replies counted
 * and not looked at. Key names are known, so not even the scan is in it.
 */
export async function verificationFloor(endpoints: readonly Endpoint[], keys: number): Promise<void> {
  const sides = await Promise.all(endpoints.map(endpoint => RespConnection.open(endpoint)));
  try {
    let next = 0;
    const lane = async () => {
      while (next < keys) {
        const from = next;
        next += batch;
        const request = commands(from, Math.min(next, keys));
        await Promise.all(sides.map(side => side.rawBytes(request.bytes, request.replies, new ByteBuilder())));
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  } finally {
    for (const side of sides) side.close();
  }
}

function commands(from: number, to: number): { bytes: Buffer; replies: number } {
  const into = new ByteBuilder();
  for (let n = from; n < to; n++) {
    appendCommand(into, ['DUMP', `key:${n}`]);
    appendCommand(into, ['PTTL', `key:${n}`]);
  }
  return { bytes: into.view(), replies: (to - from) * 2 };
}
