import type { Round } from './round.js';

const tail = (text: string, lines: number): string => text.trimEnd().split('\n').slice(-lines).join('\n');

/** All that is known about what happened: the acts, where the migration stands, and what every process said last. */
export async function evidence(round: Round, error: unknown): Promise<string> {
  const { source, target, place } = round;
  const parts = [
    error instanceof Error ? error.message : String(error),
    ...place.workers.map(({ name, pid, output }) => `--- ${name} (${pid})\n${tail(output(), 30)}`),
    `--- the source's log (${source.port})\n${tail(source.log(), 25)}`,
    `--- the target's log (${target.port})\n${tail(target.log(), 25)}`,
    `--- the status\n${await standing(round)}`,
    `--- the history\n${await history(round)}`,
  ];
  return parts.join('\n');
}

async function standing({ started }: Round): Promise<string> {
  if (!started) return 'not started';
  const late = new Promise<string>(resolve => setTimeout(resolve, 3000, 'no answer').unref());
  const status = started.status().then(
    ({ phase, blockers, notes, fence, rollback }) =>
      JSON.stringify({ phase, blockers, notes, fence, rollback }, null, 1),
    (error: unknown) => String(error),
  );
  return Promise.race([status, late]);
}

/** What the workflow did last, in its newest run. */
async function history({ started }: Round): Promise<string> {
  const events = (await started?.newest.fetchHistory().catch(() => null))?.events ?? [];
  const lines = events.map(
    ({ eventId, eventTime, eventType, ...event }) =>
      `${eventId} ${atOf(eventTime)} ${eventType} ${event.activityTaskScheduledEventAttributes?.activityType?.name ?? ''}`,
  );
  return lines.slice(-40).join('\n');
}

const atOf = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): string =>
  new Date(Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6).toISOString();
