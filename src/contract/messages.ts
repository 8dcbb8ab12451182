/** Names that users type, and what they send with them. Each message is a signal and an update. */
export const workflowType = 'redisMigration';
export const verifyWorkflowType = 'redisVerification';
export const snapshotWorkflowType = 'redisSnapshot';
export const undoWorkflowType = 'redisMigrationUndo';
export const defaultTaskQueue = 'redis-migration';
/** A message that a stopped worker has taken is obeyed elsewhere after so long. Temporal's own default is 10 s. */
export const workflowTaskTimeout = '4s';

export interface CutoverMessage {
  /** Consents to a promotion that can't drain, when at most so many bytes are lost. */
  acceptLossBytes?: number;
}
export interface RetryMessage {
  /** Fields of the input put right: credentials, addresses for the peer, TLS, limits, `accept`. */
  patch?: Record<string, unknown>;
}
export interface ReasonMessage {
  reason?: string;
}
export interface SetRateMessage {
  maxKeysPerSecond?: number | null;
  maxBytesPerSecond?: number | string | null;
}

export const messageDescriptions = {
  cutover:
    'Consent to the cutover. {"acceptLossBytes": N} also allows a promotion that cannot drain, losing at most N bytes.',
  pause: 'Stop moving data until resume. Never inside the fence.',
  resume: 'Go on moving data after pause.',
  retry: 'Try the failed step again. {"patch": {...}} puts fields of the input right (never another server).',
  abort: 'Before promotion: undo everything and leave the source as it was. {"reason": "..."}',
  rollback: 'After promotion: make the old source the master again, losing nothing. {"reason": "..."}',
  complete: 'End the observation and the keeping of the old source.',
  setRate: 'Change the rate while it runs: {"maxKeysPerSecond": N, "maxBytesPerSecond": N}.',
} as const;
export type MessageName = keyof typeof messageDescriptions;

/** What a long activity polls to learn of `pause` and `setRate`. */
export interface Control {
  paused: boolean;
  maxKeysPerSecond: number | null;
  maxBytesPerSecond: number | null;
}
