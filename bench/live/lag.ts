import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../test/lab/clock.js';
import type { Connection } from '../../test/lab/connection.js';
import type { Servers } from './follower.js';

const blockMs = 10_000;

/**
 * How long writes take to be seen on the target: each adds its own time to a stream on the source, and a client of the
 * target that is blocked in XREAD hears of it there.
 * @returns ms, one for each
 */
export async function probe({ source, target }: Servers, writes: number, everyMs: number): Promise<number[]> {
  const key = `bench:probe:${now()}`;
  const [writing, reading] = await Promise.all([source.connect(), target.connect()]);
  try {
    const heard = hear(reading, key, writes);
    for (let write = 0; write < writes; write++) {
      await writing.send('XADD', key, 'MAXLEN', '~', '1000', '*', 'at', now());
      await sleep(everyMs);
    }
    const lags = await heard;
    await writing.send('DEL', key);
    return lags;
  } finally {
    for (const connection of [writing, reading]) connection.close();
  }
}

async function hear(reading: Connection, key: string, writes: number): Promise<number[]> {
  const lags: number[] = [];
  for (let last = '0'; lags.length < writes; ) {
    const answer = (await reading.send('XREAD', 'BLOCK', blockMs, 'STREAMS', key, last)) as Answer | null;
    const heardAt = now();
    if (!answer) throw new Error(`${writes - lags.length} of ${writes} writes were not seen within ${blockMs} ms`);
    for (const [id, [, at]] of answer[0][1]) {
      last = String(id);
      lags.push((heardAt - Number(String(at))) / 1000);
    }
  }
  return lags;
}

type Answer = [[key: Buffer, entries: [id: Buffer, fields: [Buffer, Buffer]][]]];
