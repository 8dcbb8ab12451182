import type { Held } from '../cutover/epoch.js';
import { replicatesFrom } from '../cutover/situation.js';
import { parseInfo } from '../server/info.js';
import { parkingAddress, parseReplication } from './state.js';

/** Makes the held server a replica of an address, unless it is one already. https://redis.io/docs/latest/commands/replicaof/ */
export async function followMaster(standby: Held, master: { host: string; port: number }): Promise<boolean> {
  const state = parseReplication(parseInfo(String(await standby.critical.call('INFO', 'replication'))), standby.runId);
  if (replicatesFrom(state, master)) return false;
  await standby.critical.call('REPLICAOF', master.host, master.port);
  return true;
}

/** A replica of nobody: it keeps its data and its position, and refuses writes. */
export async function hold(standby: Held): Promise<void> {
  await standby.critical.call('REPLICAOF', parkingAddress.host, parkingAddress.port);
}
