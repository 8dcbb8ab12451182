import { cutWriters } from '../src/copy/writers.js';
import { removeCheckpoint, sweepExpiries } from '../src/live/apply/index.js';
import { expiryShiftMs as shiftMs } from '../src/live/expiry-shift.js';
import { backPlaceKey } from '../src/live/feed/promotion.js';
import { removeSpools } from '../src/live/spool/spool-tag.js';
import { StreamSpool, spoolPlace } from '../src/live/spool/stream-spool.js';
import { readReplication } from '../src/replication/state.js';
import { RespConnection } from '../src/resp/connection.js';
import { connect } from '../src/server/connect.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

/**
 * Nobody of this migration writes to the target any more, its keys expire when the source's do, and nothing is left of how
 * far it was; but where it takes no writes.
 */
export async function endFeeding({ name }: Scope, target: Endpoint, { live }: ActivityDeps): Promise<void> {
  if (await endWriters(target, name)) {
    await sweepExpiries(target, { shiftMs, writer: writerOf(name) });
    await removeTraces(target, name);
  }
  await clearSpools(name, live);
}

/** Of both ways; whoever should still have one open writes to it no more. */
export async function clearSpools(name: string, { spoolDir, spool: settings }: ActivityDeps['live']): Promise<void> {
  const spool = await StreamSpool.open(spoolPlace(spoolDir, name), settings);
  await spool.remove();
  await removeSpools(spoolDir, name);
}

/** The same for the source, which was fed on the way back. One that stays parked keeps the trace of it. */
export async function endFeedingBack({ name }: Scope, source: Endpoint): Promise<void> {
  if (await endWriters(source, name)) await removeTraces(source, name);
}

/** @returns whether the server is a master */
async function endWriters(endpoint: Endpoint, name: string): Promise<boolean> {
  const server = await connect(endpoint);
  try {
    await cutWriters(server, name);
    return (await readReplication(server, '')).role === 'master';
  } finally {
    server.close();
  }
}

async function removeTraces(endpoint: Endpoint, name: string): Promise<void> {
  const connection = await RespConnection.open(endpoint, { name: 'redis-migration' });
  try {
    await removeCheckpoint(connection, name);
    await connection.command('DEL', backPlaceKey(name));
  } finally {
    connection.close();
  }
}
