import { Context } from '@temporalio/activity';
import type { LinkReport } from '../src/contract/link.js';

/** By them a watch learns that it is to end, and others wait for that. */
const heartbeatMs = 400;

/** Tells what a watch sees of a link in its heartbeats, as often as it is worth it. */
export function linkPulse(): (report: LinkReport) => void {
  const context = Context.current();
  let last = 0;
  return ({ progress, state }) => {
    if (Date.now() - last < heartbeatMs) return;
    last = Date.now();
    context.heartbeat({ progress, detail: progress.stream?.trouble ?? state });
  };
}
