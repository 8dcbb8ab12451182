import { Context } from '@temporalio/activity';

/** Several times within every heartbeat timeout; a cancellation is learned as soon. */
const everyMs = 400;

/**
 * Beats while the activity runs: without that, one whose worker was killed or stopped is waited for as long as it may
 * take at most, instead of running elsewhere within seconds.
 */
export const beating =
  <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), everyMs);
    try {
      return await run(...args);
    } finally {
      clearInterval(timer);
    }
  };
