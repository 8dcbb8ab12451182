import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** What the last completed run of an activity returned, from the workflow's history. */
export async function activityResult<T>(handle: WorkflowHandle, type: string): Promise<T> {
  const events = (await handle.fetchHistory()).events ?? [];
  const scheduled = new Set(
    events
      .filter(event => event.activityTaskScheduledEventAttributes?.activityType?.name === type)
      .map(({ eventId }) => String(eventId)),
  );
  const completed = events.findLast(({ activityTaskCompletedEventAttributes: it }) =>
    scheduled.has(String(it?.scheduledEventId)),
  );
  const payload = completed?.activityTaskCompletedEventAttributes?.result?.payloads?.[0];
  if (!payload) throw new Error(`the history has no completed ${type}`);
  return defaultPayloadConverter.fromPayload<T>(payload);
}
