import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Control } from '../src/contract/messages.js';

const everyMs = 2000;

/**
 * What the workflow's operator wants of a long activity, asked of the query `control` every 2 s while it works. Without
 * an answer it stays as it was.
 */
export async function underControl<T>(initial: Control, work: (control: () => Control) => Promise<T>): Promise<T> {
  let latest = initial;
  const stop = new AbortController();
  const asking = ask(stop.signal, answer => {
    latest = answer;
  });
  try {
    return await work(() => latest);
  } finally {
    stop.abort();
    await asking;
  }
}

async function ask(signal: AbortSignal, onAnswer: (control: Control) => void): Promise<void> {
  const { info, client } = Context.current();
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  while (await pause(signal)) {
    // A worker that is busy, or gone, answers later.
    const query = client.workflow.getHandle(workflowId, runId).query<Control>('control');
    const answer = await Promise.race([query.catch(() => null), aborted(signal)]);
    if (answer) onAnswer(answer);
  }
}

const pause = (signal: AbortSignal): Promise<boolean> => sleep(everyMs, true, { signal }).catch(() => false);

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(null), { once: true }));
