import { Context } from '@temporalio/activity';
import { type Held, holdServer, releaseServer } from '../src/cutover/epoch.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { currentEpoch } from './scope.js';
import { assertWanted } from './wanted.js';

const connectMs = 3000;

/** Takes a server for this attempt, so that no earlier one can act on it, and lets it go afterwards. */
export async function withHeld<T>(endpoint: Endpoint, use: (held: Held) => Promise<T>): Promise<T> {
  const since = await assertWanted();
  const held = await holdServer(endpoint, currentEpoch(), connectMs, { since });
  try {
    Context.current().cancellationSignal.throwIfAborted();
    return await use(held);
  } finally {
    releaseServer(held);
  }
}

export const withBothHeld = <T>(
  { primary, standby }: { primary: Endpoint; standby: Endpoint },
  use: (primary: Held, standby: Held) => Promise<T>,
): Promise<T> => withHeld(primary, first => withHeld(standby, second => use(first, second)));
