import { Context } from '@temporalio/activity';
import { type Held, holdServer, releaseServer } from '../src/cutover/epoch.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { currentEpoch } from './scope.js';
import { assertWanted } from './wanted.js';

const connectMs = 3000;

/** Takes a server for this attempt, so that no earlier one can act on it, and lets it go afterwards. */
export const withHeld = async <T>(endpoint: Endpoint, use: (held: Held) => Promise<T>): Promise<T> =>
  hold(endpoint, use, await assertWanted());

/** A worker that was stopped between the two takes the second no more: by then it may be cleaned up. */
export async function withBothHeld<T>(
  { primary, standby }: { primary: Endpoint; standby: Endpoint },
  use: (primary: Held, standby: Held) => Promise<T>,
): Promise<T> {
  const since = await assertWanted();
  return hold(primary, first => hold(standby, second => use(first, second), since), since);
}

async function hold<T>(endpoint: Endpoint, use: (held: Held) => Promise<T>, since: number): Promise<T> {
  const held = await holdServer(endpoint, currentEpoch(), connectMs, { since });
  try {
    Context.current().cancellationSignal.throwIfAborted();
    return await use(held);
  } finally {
    releaseServer(held);
  }
}
