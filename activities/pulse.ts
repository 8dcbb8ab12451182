import { Context } from '@temporalio/activity';

const everyMs = 500;

/**
 * Heartbeats of work that goes on for long, twice a second: with the newest that there is to tell, or the same again, since
 * a worker that is silent counts as dead.
 * @param last what an attempt before this one told, to be told again until there is something new
 */
export function startPulse(last: unknown) {
  const context = Context.current();
  let latest = () => last;
  const timer = setInterval(() => context.heartbeat(latest()), everyMs);
  return {
    /** @param make called only when it is time to tell */
    show(make: () => unknown): void {
      latest = make;
    },
    stop: () => clearInterval(timer),
  };
}
