import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ChecklistEntry, MigrationStatus, Progress, StreamProgress } from '../../contract/status.js';
import type { StepName } from '../../contract/steps.js';
import { isRecord, unknownProgress } from './read-status.js';

/** The first detail of the latest heartbeat of an activity that is under way. */
export interface Heartbeat {
  activityType: string;
  detail: unknown;
}

export const heartbeatsOf = async (client: Client, { raw }: WorkflowExecutionDescription): Promise<Heartbeat[]> => {
  const heartbeats = (raw.pendingActivities ?? []).map(async ({ activityType, heartbeatDetails }) => ({
    activityType: activityType?.name ?? '',
    detail: await decodeFirst(client, heartbeatDetails?.payloads ?? []),
  }));
  return (await Promise.all(heartbeats)).filter(({ detail }) => detail !== undefined);
};

type Converter = Client['options']['loadedDataConverter'];
type Payload = Parameters<Converter['payloadConverter']['fromPayload']>[0];

/** The first of some payloads, through the client's own codecs. */
export const decodeFirst = async ({ options }: Client, [payload]: readonly Payload[]): Promise<unknown> => {
  const { payloadCodecs, payloadConverter } = options.loadedDataConverter;
  let payloads = payload ? [payload] : [];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0] && payloadConverter.fromPayload<unknown>(payloads[0]);
};

/** The status, brought up to date: activities return to the workflow every 30 s at most, but heartbeat all the while. */
export const mergeHeartbeats = (status: MigrationStatus, heartbeats: readonly Heartbeat[]): MigrationStatus => {
  const details = heartbeats.map(({ detail }) => (isRecord(detail) ? detail : {}));
  const news: Partial<Progress> = Object.assign({}, ...details.map(({ progress }) => progressIn(progress)));
  const lagBytes = status.cutover ? (news.lagBytes ?? status.rollback.lagBytes) : status.rollback.lagBytes;
  return {
    ...status,
    progress: withMoved({ ...status.progress, ...news }, details),
    checklist: heartbeats.reduce(withDetail, status.checklist),
    rollback: { ...status.rollback, lagBytes },
  };
};

/** Slices of a copy tell what they have moved since they began: the workflow learns of it at their end. */
const withMoved = (progress: Progress, details: readonly Record<string, unknown>[]): Progress => {
  const moved = details.flatMap(({ moved }) => (isRecord(moved) ? [moved] : []));
  if (moved.length === 0) return progress;
  const sum = (name: string) => moved.reduce((total, each) => total + (amount(name, each[name])[0]?.[1] ?? 0), 0);
  const keysDone = (progress.keysDone ?? 0) + sum('keys');
  const keysTotal = progress.keysTotal === null ? null : Math.max(progress.keysTotal, keysDone);
  return { ...progress, keysDone, keysTotal, bytesDone: (progress.bytesDone ?? 0) + sum('bytes') };
};

const progressIn = (progress: unknown): Partial<Progress> =>
  isRecord(progress)
    ? {
        ...Object.fromEntries(Object.keys(unknownProgress).flatMap(name => amount(name, progress[name]))),
        ...streamIn(progress.stream),
      }
    : {};

const streamIn = (stream: unknown): Pick<Progress, 'stream'> =>
  isRecord(stream) && typeof stream.phase === 'string' && amount('', stream.spoolBytes).length > 0
    ? { stream: stream as unknown as StreamProgress }
    : {};

const amount = (name: string, value: unknown): [string, number][] =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[name, value]] : [];

/** Activities that go on beside the steps: theirs is not what another step does. */
const stepsBy: Record<string, readonly StepName[]> = {
  watchLink: ['replicate', 'full-sync'],
  watchLive: ['replicate', 'full-sync'],
  verifyData: ['verify', 'prepare-cutover'],
};

/** The detail belongs to the step that runs; with several, to the latest. */
const withDetail = (checklist: ChecklistEntry[], { activityType, detail }: Heartbeat): ChecklistEntry[] => {
  const text = isRecord(detail) ? detail.detail : undefined;
  if (typeof text !== 'string') return checklist;
  const steps = stepsBy[activityType];
  const running = checklist.findLastIndex(({ state, step }) => state === 'running' && (steps?.includes(step) ?? true));
  return checklist.map((entry, index) => (index === running ? { ...entry, detail: text } : entry));
};
