import { Context } from '@temporalio/activity';
import type { Control } from '../src/contract/messages.js';
import { polling } from './polling.js';

/**
 * What the workflow's operator wants of a long activity, asked of the query `control` at once and every 2 s while it
 * works: an attempt after the first was given what was wanted then.
 */
export async function underControl<T>(initial: Control, work: (control: () => Control) => Promise<T>): Promise<T> {
  const { info, client } = Context.current();
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  let latest = initial;
  const stop = new AbortController();
  const asking = polling(stop.signal, async () => {
    const answer = await client.workflow.getHandle(workflowId, runId).query<Control>('control');
    if (!stop.signal.aborted) latest = answer;
  });
  try {
    return await work(() => latest);
  } finally {
    stop.abort();
    await asking;
  }
}
