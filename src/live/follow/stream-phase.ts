import type { Writer } from '../../copy/index.js';
import { Applier } from '../apply/index.js';
import { SpoolGone } from '../spool/spool-error.js';
import type { SpoolReader } from '../spool/spool-reader.js';
import type { StreamSpool } from '../spool/stream-spool.js';
import { StreamThrottle } from './limits.js';
import type { FollowHooks, FollowRequest } from './request.js';

/** Applies the stream from the checkpoint on the target on, as it comes. @throws what the applier and the spool throw; the signal's reason */
export async function applyStream(
  spool: StreamSpool,
  { target, source, workflowId, selection }: FollowRequest,
  hooks: FollowHooks & { writer: Writer; onApplied(offset: number): void; lateUntil(): number; sourceLevel(): number },
): Promise<never> {
  const { writer, signal, onApplied, control } = hooks;
  const throttle = new StreamThrottle(control);
  const onCommit = ({ offset }: { offset: number }) => onApplied(offset);
  const applier = await Applier.open({ target, source, workflowId, selection, writer, onCommit });
  const broken = new AbortController();
  applier.failed.catch(error => broken.abort(error));
  const stop = AbortSignal.any([signal, broken.signal]);
  let reader: SpoolReader | undefined;
  try {
    const { replicationId } = applier;
    if (!spool.holds({ replicationId, offset: applier.from.offset })) throw new SpoolGone('another snapshot has come');
    reader = spool.reader(applier.from.offset);
    onApplied(applier.offset);
    for (;;) {
      stop.throwIfAborted();
      if (throttle.limited) await throttle.pass(stop);
      const chunk = reader.take() ?? (await reader.next(stop));
      if (!chunk) continue;
      // After a failover of the source the same history goes on under another id.
      applier.replicationId = spool.replicationId ?? applier.replicationId;
      applier.lateUntil = hooks.lateUntil();
      applier.sourceLevel = hooks.sourceLevel();
      if (throttle.limited) await throttle.feed(applier, chunk, stop);
      else {
        const wait = applier.feed(chunk);
        if (wait) await wait;
      }
    }
  } catch (error) {
    stop.throwIfAborted();
    throw error;
  } finally {
    applier.close();
    await reader?.close();
  }
}
