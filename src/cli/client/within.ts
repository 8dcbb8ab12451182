import { type Client, isGrpcCancelledError, isGrpcDeadlineError } from '@temporalio/client';
import { formatDuration } from '../../contract/units.js';

/** Nobody answered a call in time: a worker, or Temporal itself. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A call to Temporal that ends in time. @throws NoAnswer */
export const within = async <T>(client: Client, limitMs: number, call: () => Promise<T>): Promise<T> => {
  try {
    return await client.withDeadline(Date.now() + limitMs, call);
  } catch (error) {
    // Which of the two it is depends on who notices the deadline first, the client or the server.
    if (!isGrpcDeadlineError(error) && !isGrpcCancelledError(error)) throw error;
    throw new NoAnswer(`no answer within ${formatDuration(limitMs)}`, { cause: error });
  }
};
