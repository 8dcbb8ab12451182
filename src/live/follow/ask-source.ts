import type { SnapshotPlace } from '../../rdb/receive/handshake.js';
import { connect } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel, type Info, infoNumber, readInfo, totalKeys } from '../../server/info.js';

export interface SourceSays {
  /** Its version, as 602 for 6.2. */
  level: number;
  /** Replication offset. */
  offset: number;
  /** In all databases. */
  keys: number;
  /** Why it doesn't go on from there, in words that a status shows; null: nothing was received whole yet. */
  whyNot(place: SnapshotPlace | null): string;
}

/** Before, expiries are relative: they count from when they are run, which isn't known of what was run before now. */
export const absoluteSince = 700;

/** @throws MigrationError */
export async function askSource(source: Endpoint): Promise<SourceSays> {
  const server = await connect(source);
  try {
    const info = await readInfo(server, 'everything');
    return {
      level: Math.floor(commandLevel(info) / 100),
      offset: infoNumber(info, 'master_repl_offset'),
      keys: totalKeys(info),
      whyNot: place => (place ? whyNot(info, place) : 'the snapshot before did not come whole'),
    };
  } finally {
    server.close();
  }
}

function whyNot(info: Info, { replicationId, offset }: SnapshotPlace): string {
  if ([info.get('master_replid'), info.get('master_replid2')].includes(replicationId))
    return `the source no longer has what came after replication offset ${offset} (repl-backlog-size)`;
  return `the source has another history than the one at replication offset ${offset}: it was restarted, or replaced`;
}
