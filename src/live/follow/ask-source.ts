import type { SnapshotPlace } from '../../rdb/receive/handshake.js';
import { connect } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel, type Info, infoNumber, readInfo, totalKeys } from '../../server/info.js';

/** Relative expiries, of sources before 7.0, count from when they are run: of what was run before now that isn't known. */
export async function lateUntil(source: Endpoint): Promise<number> {
  const info = await infoOf(source);
  return commandLevel(info) < absoluteSince ? infoNumber(info, 'master_repl_offset') : 0;
}

const absoluteSince = 70_000;

/** Of a source that does not go on from where a spool is: why, in words that a status shows, and how many keys it has. */
export async function askWhyNot(source: Endpoint, place: SnapshotPlace | null): Promise<{ why: string; keys: number }> {
  const info = await infoOf(source);
  const why = place ? whyNot(info, place) : 'the snapshot before did not come whole';
  return { why, keys: totalKeys(info) };
}

function whyNot(info: Info, { replicationId, offset }: SnapshotPlace): string {
  if ([info.get('master_replid'), info.get('master_replid2')].includes(replicationId))
    return `the source no longer has what came after replication offset ${offset} (repl-backlog-size)`;
  return `the source has another history than the one at replication offset ${offset}: it was restarted, or replaced`;
}

async function infoOf(source: Endpoint): Promise<Info> {
  const server = await connect(source);
  try {
    return await readInfo(server, 'everything');
  } finally {
    server.close();
  }
}
