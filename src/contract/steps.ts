/** The zero-downtime checklist, in order. */
export const stepNames = [
  'connectivity',
  'resources',
  'authentication',
  'compatibility',
  'rehearsal',
  'rollback-plan',
  'replicate',
  'full-sync',
  'verify',
  'prepare-cutover',
  'cutover',
  'check-application',
  'observe',
  'keep-source',
  'clean-up',
  'report',
] as const;
export type StepName = (typeof stepNames)[number];

export type StepState = 'pending' | 'running' | 'passed' | 'warning' | 'failed' | 'skipped' | 'undone';
