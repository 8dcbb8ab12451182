import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { MigrationStatus, Progress } from '../../contract/status.js';
import { isRecord, unknownProgress } from './read-status.js';

/** The first detail of the latest heartbeat of each activity that is under way. */
export const heartbeatsOf = async (
  { options: { loadedDataConverter: converter } }: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<unknown[]> => {
  const details = (raw.pendingActivities ?? []).map(({ heartbeatDetails }) => heartbeatDetails?.payloads ?? []);
  const decoded = details.map(async ([payload]) => {
    if (!payload) return undefined;
    const plain = await converter.payloadCodecs.reduceRight(
      async (payloads, codec) => codec.decode(await payloads),
      Promise.resolve([payload]),
    );
    return plain[0] && converter.payloadConverter.fromPayload<unknown>(plain[0]);
  });
  return (await Promise.all(decoded)).filter(heartbeat => heartbeat !== undefined);
};

/** The status, brought up to date: activities return to the workflow every 30 s at most, but heartbeat all the while. */
export const mergeHeartbeats = (status: MigrationStatus, heartbeats: readonly unknown[]): MigrationStatus => {
  const known = heartbeats.filter(isRecord);
  const detail = known.map(heartbeat => heartbeat.detail).find(text => typeof text === 'string');
  return {
    ...status,
    progress: Object.assign({ ...status.progress }, ...known.map(({ progress }) => progressIn(progress))),
    checklist: typeof detail === 'string' ? withDetail(status.checklist, detail) : status.checklist,
  };
};

const progressIn = (progress: unknown): Partial<Progress> =>
  isRecord(progress)
    ? Object.fromEntries(Object.keys(unknownProgress).flatMap(name => amount(name, progress[name])))
    : {};

const amount = (name: string, value: unknown): [string, number][] =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[name, value]] : [];

/** The detail belongs to the step that runs; with several, to the latest. */
const withDetail = (checklist: MigrationStatus['checklist'], detail: string): MigrationStatus['checklist'] => {
  const running = checklist.findLastIndex(({ state }) => state === 'running');
  return checklist.map((entry, index) => (index === running ? { ...entry, detail } : entry));
};
