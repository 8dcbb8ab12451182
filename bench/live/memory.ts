import { Follower, type Servers } from './follower.js';
import { flood, type LoadOptions, setBlocks } from './load.js';

export interface MemoryPeaks {
  /** Highest above the idle process, in MB: while a snapshot with the big value goes through it, */
  snapshotMb: number;
  /** a long stream, */
  streamMb: number;
  /** and the big value in the stream. */
  bigValueMb: number;
  streamedMb: number;
}

const bigKey = 'bench:big';

/** What a follower takes in memory at most. */
export async function memoryPeaks(
  servers: Servers,
  { bigMb, streamMb, ...load }: LoadOptions & { bigMb: number; streamMb: number },
): Promise<MemoryPeaks> {
  const { source, target } = servers;
  await target.cli('FLUSHALL');
  // A replica that takes its time for one value is not cut off.
  await source.cli('CONFIG', 'SET', 'client-output-buffer-limit', 'replica 0 0 0');
  await setBig(servers, bigMb);
  const follower = await Follower.start(servers);
  try {
    follower.begin();
    await follower.untilStream();
    const snapshotMb = follower.aboveIdleMb;
    follower.forgetPeak();
    const built = setBlocks(load);
    const blockMb = (built[0] as Buffer).length / 1e6;
    await flood(source, built, Math.ceil(streamMb / blockMb) * 1000);
    await follower.untilApplied();
    const streamedMb = follower.aboveIdleMb;
    follower.forgetPeak();
    await setBig(servers, bigMb);
    await follower.untilApplied();
    return { snapshotMb, streamMb: streamedMb, bigValueMb: follower.aboveIdleMb, streamedMb: streamMb };
  } finally {
    await follower.end();
    await source.cli('DEL', bigKey);
  }
}

async function setBig({ source }: Servers, megabytes: number): Promise<void> {
  if (megabytes === 0) return;
  const connection = await source.connect();
  await connection.send('SET', bigKey, Buffer.alloc(megabytes << 20, 'big'));
  connection.close();
}
