import { attempt } from './attempt.js';
import { Ledger } from './ledger.js';
import { type PartitionReport, persevere } from './persevere.js';
import { unstarted } from './progress.js';
import type { CopyHooks, CopyRequest, Endpoints } from './request.js';
import { CopySession } from './session.js';
import type { Going } from './slice.js';

/**
 * Copies a partition, or goes on with it, until it is done or the slice is over. Reconnects by itself, and goes on from
 * its own checkpoint, as long as there is some progress. The signal is answered with what is done so far.
 * @throws MigrationError Unreachable, when a server could not be reached for about 20 s
 */
export function copyPartition(endpoints: Endpoints, request: CopyRequest, hooks: CopyHooks): Promise<PartitionReport> {
  const { rate, sliceMs } = request;
  const job = {
    endpoints,
    rate,
    sliceMs,
    open: () => CopySession.open(endpoints, request, hooks.writer),
    attempt: ({ session, pace, signal, ...going }: Going<CopySession>) =>
      attempt({ lane: { session, request, pace, signal }, ...going }),
  };
  return persevere(job, new Ledger(request.resume ?? unstarted(request.partition)), hooks);
}
