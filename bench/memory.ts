import { readFileSync } from 'node:fs';
import { fill } from '../test/lab/fill.js';
import { type Lab, lab } from '../test/lab/lab.js';
import type { WorkerProcess } from '../test/lab/worker.js';
import { benchmark, type Measured } from './benchmark.js';
import { fillBig } from './big-values.js';
import { serverSettings } from './machine.js';
import { ours } from './ours.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 3,
  keys: 1_000_000,
  bytes: 100,
  /** Of each big list, hash, set and sorted set; 0: none of them. */
  bigElements: 300_000,
  /** Of the big string; 0: none. */
  bigBytes: 32 << 20,
};
type Settings = typeof settings;

export const memory = benchmark({
  describes: 'peak resident memory of a worker that migrates and verifies, above that of one that idles meanwhile',
  settings,
  run,
});

/** In MB: the highest that the process ever had in memory, its start included. */
interface Peaks {
  idleMb: number;
  workedMb: number;
}

async function run(settings: Settings, progress: (line: string) => void): Promise<Measured> {
  const { rounds, keys, bytes, bigElements, bigBytes } = settings;
  const it = await lab({ workers: 0 });
  try {
    await fill(it.source, { keys, bytes });
    await fillBig(it.source, { elements: bigElements, bytes: bigBytes });
    const all: Peaks[] = [];
    for (let round = 0; round < rounds; round++) {
      const peaks = await measure(it);
      progress(`round ${round + 1}/${rounds}: ${JSON.stringify(peaks)}`);
      all.push(peaks);
    }
    return summarize(all, await serverSettings(it.source));
  } finally {
    await it.close();
  }
}

/** Both workers are new and live equally long; the one that idles polls a task queue that nobody uses. */
async function measure(it: Lab): Promise<Peaks> {
  const idle = await it.addWorker({ name: 'the worker that idles', taskQueue: 'bench-idle' });
  const worked = await it.addWorker({ name: 'the worker that works' });
  const prepared = await ours(it.client, 'full').prepare(it);
  await prepared.cutOver();
  await prepared.restore();
  const peaks = { idleMb: peakMb(idle), workedMb: peakMb(worked) };
  for (const worker of [idle, worked]) await worker.stop();
  return peaks;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakMb({ pid }: WorkerProcess): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('this system does not tell the peak memory of a process');
  return Math.round(Number(kilobytes) / 102.4) / 10;
}

function summarize(peaks: Peaks[], servers: Record<string, string>): Measured {
  const figures = {
    idleMb: summary(peaks.map(({ idleMb }) => idleMb)),
    workedMb: summary(peaks.map(({ workedMb }) => workedMb)),
    aboveIdleMb: summary(peaks.map(({ idleMb, workedMb }) => workedMb - idleMb)),
  };
  const times = ratio(figures.workedMb?.median, figures.idleMb?.median);
  return { servers, figures, ratios: known({ 'worked / idle, median peak': times }) };
}
