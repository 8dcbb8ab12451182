import type { Held } from '../cutover/epoch.js';
import { replicatesFrom } from '../cutover/situation.js';
import type { Server } from '../server/connect.js';
import { parseInfo } from '../server/info.js';
import { strangerLogin } from './settings.js';
import { parkingAddress, parseReplication } from './state.js';

/** Makes the held server a replica of an address, unless it is one already. https://redis.io/docs/latest/commands/replicaof/ */
export async function followMaster(standby: Held, master: { host: string; port: number }): Promise<boolean> {
  const state = parseReplication(parseInfo(String(await standby.critical.call('INFO', 'replication'))), standby.runId);
  if (replicatesFrom(state, master)) return false;
  await standby.critical.call('REPLICAOF', master.host, master.port);
  return true;
}

/**
 * The link goes on for as long as it stands, and can't be made anew: a master that restarts, and may have lost its data,
 * refuses this login. So whoever judges the master must let the replica follow it again.
 */
export async function shutOut(standby: Server): Promise<void> {
  for (const [name, value] of Object.entries(strangerLogin)) await standby.call('CONFIG', 'SET', name, value);
}

/** A replica of nobody: it keeps its data and its position, and refuses writes. */
export async function hold(standby: Held): Promise<void> {
  await standby.critical.call('REPLICAOF', parkingAddress.host, parkingAddress.port);
}
