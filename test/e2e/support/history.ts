import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import type { Migration } from './migration.js';

/** Every history that Temporal keeps, payloads decoded: what anyone may read who may look at workflows. */
export async function allHistories(client: Client): Promise<string> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list())
    texts.push(readable(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
  return texts.join('\n');
}

/** As JSON, with bytes as the text that they are; a Buffer would make numbers of itself before a replacer sees it. */
export function readable(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string) {
    const it = this[key];
    if (it instanceof Uint8Array) return Buffer.from(it).toString('utf8');
    return typeof it === 'bigint' ? String(it) : it;
  });
}

/** What everybody on the machine can see of its processes. */
export function processArguments(): string {
  if (!existsSync('/proc/self/cmdline')) return '';
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(argumentsOf)
    .join('\n');
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** The runs of a migration so far, from its first on, and how many events each has. */
export async function runsOf({ client, id, firstRunId }: Migration): Promise<Array<{ runId: string; events: number }>> {
  const runs: Array<{ runId: string; events: number }> = [];
  let runId: string | undefined = firstRunId;
  while (runId) {
    const { events } = await client.workflow.getHandle(id, runId).fetchHistory();
    runs.push({ runId, events: events?.length ?? 0 });
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}
