import { Context } from '@temporalio/activity';
import { heartbeatsOf } from '../src/cli/client/heartbeats.js';
import { polling } from './polling.js';

/** What another activity of the same workflow tells in its heartbeats, asked every 2 s; null: nothing is known of it. */
export function listenTo<Detail>(activityType: string) {
  const { info, client } = Context.current();
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  let latest: Detail | null = null;
  const stop = new AbortController();
  void polling(stop.signal, async () => {
    const description = await client.workflow.getHandle(workflowId, runId).describe();
    const heartbeat = (await heartbeatsOf(client, description)).find(each => each.activityType === activityType);
    latest = (heartbeat?.detail as Detail | undefined) ?? null;
  });
  return { latest: () => latest, stop: () => stop.abort() };
}
