import type { MigrationResult, MigrationStatus, Progress } from '../../contract/status.js';

/**
 * What a worker answered, as a status: fields that it left out (another version may) read as not known.
 * Null for anything that isn't a status at all.
 */
export const readStatus = (answer: unknown): MigrationStatus | null => {
  if (!isRecord(answer) || typeof answer.phase !== 'string' || !Array.isArray(answer.checklist)) return null;
  const given = Object.entries(answer).filter(([, value]) => value !== undefined);
  const status = { ...unknownStatus, ...Object.fromEntries(given) } as MigrationStatus;
  return { ...status, progress: { ...unknownProgress, ...status.progress } };
};

export const readResult = (answer: unknown): MigrationResult | null => {
  if (!isRecord(answer) || typeof answer.outcome !== 'string' || typeof answer.report !== 'string') return null;
  const status = readStatus(answer.status);
  return status && ({ ...answer, status } as MigrationResult);
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const unknownProgress: Progress = {
  keysDone: null,
  keysTotal: null,
  bytesDone: null,
  bytesTotal: null,
  keysPerSecond: null,
  lagBytes: null,
  lagMs: null,
  etaSeconds: null,
};

const unknownStatus: Omit<MigrationStatus, 'phase' | 'checklist'> = {
  name: '',
  method: 'auto',
  progress: unknownProgress,
  verification: null,
  fence: { state: 'none', since: null, expiresAt: null },
  cutover: null,
  rollback: { possible: false, why: '', lagBytes: null },
  canCutOver: false,
  blockers: [],
  notes: [],
  nextSteps: [],
};
