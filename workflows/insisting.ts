import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';

/**
 * Activities whose attempts are counted only for what the servers answer. A stopped worker, whose open polls swallow one
 * attempt after another, says nothing about them: it goes on until a worker is heard.
 */
export const insisting = <T extends object>(activities: T): T =>
  new Proxy(activities, {
    get(target, name) {
      const run = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        for (;;) {
          try {
            return await run(...args);
          } catch (error) {
            if (!wentSilent(error)) throw error;
          }
        }
      };
    },
  });

const wentSilent = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'HEARTBEAT';
