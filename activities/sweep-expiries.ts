import { Context } from '@temporalio/activity';
import { sweepExpiries as sweep } from '../src/live/apply/index.js';
import { expiryShiftMs as shiftMs } from '../src/live/expiry-shift.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

/** Once the target has taken over, its keys are to expire when the source's would have. Idempotent. */
export const sweepExpiries =
  (deps: ActivityDeps) =>
  async ({ name, plan }: Scope): Promise<{ keys: number }> => {
    const { target } = await resolveEndpoints(plan, deps.secrets);
    const pulse = startPulse({ detail: 'expiries' });
    const { cancellationSignal: signal } = Context.current();
    try {
      const onPage = (_: unknown, { keys }: { keys: number }) =>
        pulse.show(() => ({ detail: `expiries: ${keys} keys` }));
      const { keys } = await sweep(target, { shiftMs, writer: writerOf(name), signal, onPage });
      return { keys };
    } finally {
      pulse.stop();
    }
  };
