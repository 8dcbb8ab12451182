/**
 * Every error that a user can meet, by its stable type: whether Temporal may simply try again, and the remedy that is
 * shown when the message brings none of its own.
 */
export const errorTable = {
  InvalidInput: { retryable: false, remedy: 'Correct the fields named above and start the migration again.' },
  MethodUnavailable: {
    retryable: false,
    remedy: 'Choose a method that this version has: replication, live, dump-restore, migrate, rdb.',
  },
  SecretUnavailable: {
    retryable: false,
    remedy: "Set the secret where the worker runs, or allow it there, then send 'retry'.",
  },
  Unreachable: {
    retryable: true,
    remedy:
      "Check server, network, firewall and TLS, then send 'retry'. With another address: 'abort', and start again.",
  },
  NotRedis: {
    retryable: false,
    remedy:
      "What answers there is not a Redis server. Have one answer there and send 'retry'; with another port: 'abort', and start again.",
  },
  AuthenticationFailed: {
    retryable: false,
    remedy:
      "Correct the user, or the secret that the password refers to (a worker reads env: when it starts, file: each time), then send 'retry'; with a patch where the reference itself is wrong.",
  },
  PermissionMissing: { retryable: false, remedy: "Grant the named commands to the user, then send 'retry'." },
  TlsFailed: { retryable: false, remedy: "Correct the tls section or the server's certificate, then send 'retry'." },
  SameServer: { retryable: false, remedy: 'Give two different servers: source and target are one and the same.' },
  ServerLocked: {
    retryable: false,
    remedy: 'Wait for the named migration, or end it; one migration a server at a time.',
  },
  WrongDirection: {
    retryable: false,
    remedy:
      "The target is newer than the source: nothing is replicated over it. Start a migration the other way; or, when the target's data may go, remove its mark of a promotion with 'redis-migration undo INPUT.json --forget' and send 'retry'.",
  },
  PreflightFailed: {
    retryable: false,
    remedy:
      'Mend what is named, then send \'retry\'; or take a check knowingly with accept: retry {"patch":{"accept":[NAME]}}.',
  },
  TargetNotEmpty: {
    retryable: false,
    remedy: 'Empty the target, or consent to losing its data with target.ifNotEmpty: "wipe".',
  },
  ReplicationStalled: {
    retryable: true,
    remedy: 'Check the link between the two servers; the migration goes on by itself when it is back.',
  },
  SourceCameBackEmpty: {
    retryable: false,
    remedy: "The target was cut loose and holds the last copy. Restore the source, then send 'retry'; or 'abort'.",
  },
  SourceChanged: {
    retryable: false,
    remedy: "Another server answers at the source's address. Check it, then send 'retry'.",
  },
  TargetChanged: {
    retryable: false,
    remedy: "Another server answers at the target's address. Check it, then send 'retry'.",
  },
  VerificationFailed: {
    retryable: false,
    remedy: "Look at the differences in status, mend them, then send 'retry'.",
  },
  TargetFull: {
    retryable: false,
    remedy: "Raise the target's maxmemory, or make room there, then send 'retry': the copy goes on where it stopped.",
  },
  WritesRefused: {
    retryable: false,
    remedy:
      "Have the target take writes again (disk and persistence for MISCONF; a master, not a replica, for READONLY), then send 'retry'.",
  },
  SnapshotFailed: {
    retryable: false,
    remedy: "Mend what is named, then send 'retry': a snapshot from the source is taken anew, a file is read again.",
  },
  SpoolFailed: {
    retryable: false,
    remedy:
      "Make room there and let the worker write, or choose another place by REDIS_MIGRATION_SPOOL_DIR; then send 'retry'.",
  },
  CommandRefused: { retryable: false, remedy: "Mend what the server's answer names, then send 'retry'." },
  DrainTimeout: {
    retryable: false,
    remedy:
      "The source took writes again. Lower the write rate or raise cutover.drainTimeout, then send 'cutover' again.",
  },
  NotMatching: {
    retryable: false,
    remedy: "Nothing was promoted and the source takes writes. Look at status, then send 'cutover' again.",
  },
  SourceLost: {
    retryable: false,
    remedy:
      'The source is gone. Bring it back and send \'retry\', or promote what the target has: cutover {"acceptLossBytes":N}.',
  },
  TargetLost: {
    retryable: false,
    remedy:
      "Bring the target back and send 'retry'. If it is gone for good, 'abort'; where the source stays parked then, 'redis-migration undo INPUT.json --force' takes it back.",
  },
  FenceBroken: {
    retryable: false,
    remedy:
      "The target may lack what the source has taken since. 'retry' fences and compares again, where verification.repair copies what differs; 'abort' lets the source go on.",
  },
  KeyConflict: {
    retryable: false,
    remedy:
      'Nothing was changed. Take other keys (filter, rename) or decide with onConflict "replace" or "skip": abort, and start again; or remove these keys from the target, then send \'retry\'.',
  },
  FenceUnsupported: { retryable: false, remedy: 'Choose a fence that the source allows: cutover.fence.' },
  Superseded: { retryable: true, remedy: 'A later attempt has taken over; nothing to do.' },
  HookFailed: { retryable: true, remedy: "Look at the hook's own log on the worker, mend it, then send 'retry'." },
  HookUnknown: {
    retryable: false,
    remedy: "Define the hook in the worker's configuration (REDIS_MIGRATION_HOOKS), then send 'retry'.",
  },
  ApplicationCheckFailed: {
    retryable: false,
    remedy: "Look at what is named, then send 'retry', 'rollback' or 'complete'.",
  },
  RegressionObserved: { retryable: false, remedy: "Send 'rollback' to go back, or 'complete' to stay." },
  RollbackImpossible: {
    retryable: false,
    remedy: "The way back is lost: see status.rollback. Send 'complete' to finish.",
  },
  Unexpected: {
    retryable: true,
    remedy: "This was not foreseen: look at the worker's log. 'retry' tries again, 'abort' undoes.",
  },
  UndoIncomplete: {
    retryable: true,
    remedy:
      "Bring the named server back, then send 'retry'; or, when the migration's workflow has ended, run 'redis-migration undo INPUT.json' again.",
  },
} as const satisfies Record<string, { retryable: boolean; remedy: string }>;

export type ErrorType = keyof typeof errorTable;

/** An error that users see: what happened, to what, and what to do. Carries no secret. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly remedy: string;
  constructor(
    readonly type: ErrorType,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options.remedy ?? errorTable[type].remedy;
  }
  get retryable(): boolean {
    return errorTable[this.type].retryable;
  }
}
