import { now } from '../../test/lab/clock.js';
import type { Follower, Servers } from './follower.js';
import { flood, type LoadOptions, setBlocks } from './load.js';

export interface BacklogRound {
  /** Commands a second that the source took. */
  writtenPerSecond: number;
  /** That were applied from a full spool. */
  appliedPerSecond: number;
  cpuMs: number;
  /** That the target takes in transactions from a client that does nothing else. */
  floorPerSecond: number;
}

/** Fills the spool while nothing is applied, then lets it go. */
export async function backlogRound(
  { source, target }: Servers,
  follower: Follower,
  { commands, ...load }: LoadOptions & { commands: number },
): Promise<BacklogRound> {
  await follower.pause();
  const writtenMs = await flood(source, setBlocks(load), commands);
  await follower.untilReceived();
  const [startedAt, before] = [now(), follower.cpuMs];
  follower.goOn();
  await follower.untilApplied();
  const [appliedMs, cpuMs] = [(now() - startedAt) / 1000, follower.cpuMs - before];
  const floorMs = await flood(target, setBlocks(load, 'transactions'), commands, 'transactions');
  const perSecond = (ms: number) => Math.round((commands / ms) * 1000);
  return {
    writtenPerSecond: perSecond(writtenMs),
    appliedPerSecond: perSecond(appliedMs),
    cpuMs,
    floorPerSecond: perSecond(floorMs),
  };
}
