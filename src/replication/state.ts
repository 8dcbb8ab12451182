import type { Server } from '../server/connect.js';
import { type Info, infoNumber, parseInfo } from '../server/info.js';

/** What one server says of its part in replication: INFO replication, plus the process's run id. */
export interface ReplicationState {
  runId: string;
  role: 'master' | 'replica';
  /** The master's address as this replica was told it; null on a master. */
  master: { host: string; port: number } | null;
  /** The link to the master is up. */
  linkUp: boolean;
  syncInProgress: boolean;
  /** Replication id, and the one before the last promotion with the offset up to which it counts. */
  replid: string;
  replid2: string;
  secondOffset: number;
  /** Replication offset up to which this server's data goes. */
  offset: number;
  backlogFirstOffset: number;
  backlogSize: number;
  replicas: number;
}

export async function readReplication(server: Server, runId: string): Promise<ReplicationState> {
  return parseReplication(parseInfo(String(await server.call('INFO', 'replication'))), runId);
}

export function parseReplication(info: Info, runId = info.get('run_id') ?? ''): ReplicationState {
  const replica = info.get('role') === 'slave';
  return {
    runId,
    role: replica ? 'replica' : 'master',
    master: replica ? { host: info.get('master_host') ?? '', port: infoNumber(info, 'master_port') } : null,
    linkUp: info.get('master_link_status') === 'up',
    syncInProgress: info.get('master_sync_in_progress') === '1',
    replid: info.get('master_replid') ?? '',
    replid2: info.get('master_replid2') ?? '',
    secondOffset: infoNumber(info, 'second_repl_offset'),
    offset: infoNumber(info, replica ? 'slave_repl_offset' : 'master_repl_offset'),
    backlogFirstOffset: infoNumber(info, 'repl_backlog_first_byte_offset'),
    backlogSize: infoNumber(info, 'repl_backlog_size'),
    replicas: infoNumber(info, 'connected_slaves'),
  };
}

/** Nobody answers there: a server that replicates from it takes no writes and keeps its position. */
export const parkingAddress = { host: '127.0.0.1', port: 1 } as const;

export const isParked = ({ master }: Pick<ReplicationState, 'master'>): boolean =>
  master !== null && master.host === parkingAddress.host && master.port === parkingAddress.port;

/** Whether `replica` would get a partial resync from `master`: the ids meet, and the backlog still holds what follows. */
export function canResyncPartially(
  replica: Pick<ReplicationState, 'replid' | 'offset'>,
  master: ReplicationState,
): boolean {
  const next = replica.offset + 1;
  const sameHistory =
    replica.replid === master.replid || (replica.replid === master.replid2 && next <= master.secondOffset);
  return sameHistory && replica.offset <= master.offset && master.backlogSize > 0 && next >= master.backlogFirstOffset;
}
