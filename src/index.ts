export {
  getMigration,
  type Migration,
  type StartOptions,
  startMigration,
} from './cli/client/migration.js';
export { Refusal, type SendOptions, type Sent } from './cli/client/send.js';
export { defaultWorkflowId } from './cli/workflow-id.js';
export { type CheckName, type CheckResult, checkNames } from './contract/checks.js';
export { type ErrorType, errorTable, MigrationError } from './contract/errors.js';
export * from './contract/input.js';
export {
  type CutoverMessage,
  defaultTaskQueue,
  type MessageName,
  messageDescriptions,
  type ReasonMessage,
  type RetryMessage,
  type SetRateMessage,
  snapshotWorkflowType,
  undoWorkflowType,
  verifyWorkflowType,
  workflowTaskTimeout,
  workflowType,
} from './contract/messages.js';
export type * from './contract/plan.js';
export { type ReadInput, readInput } from './contract/read-input.js';
export type * from './contract/snapshot.js';
export type * from './contract/status.js';
export { type StepName, type StepState, stepNames } from './contract/steps.js';
export type * from './contract/verification.js';
