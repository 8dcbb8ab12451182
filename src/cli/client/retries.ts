import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryableError, makeGrpcRetryInterceptor } from '@temporalio/client';

const stepMs = 200;

export interface Retries {
  interceptor: ReturnType<typeof makeGrpcRetryInterceptor>;
  /** Resolves when none is under way any more, so that the connection may be closed. */
  stop(): Promise<void>;
}

/**
 * The SDK's way to try a call again, in short steps until its deadline. Its own steps grow to 5 s: a call would end that
 * much after its deadline, and a step that finds the connection closed ends the whole process.
 */
export const createRetries = (): Retries => {
  let stopped = false;
  let nextAt = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (_attempt, status) => {
      const again = !stopped && isRetryableError(status);
      if (again) nextAt = Date.now() + stepMs;
      return again;
    },
    delayFunction: () => stepMs,
  });
  const stop = async (): Promise<void> => {
    stopped = true;
    const left = nextAt - Date.now();
    if (left > 0) await sleep(left + 20);
  };
  return { interceptor, stop };
};
