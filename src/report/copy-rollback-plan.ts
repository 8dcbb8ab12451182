import type { MigrationPlan } from '../contract/plan.js';
import { formatDuration } from '../contract/units.js';
import { bullets, type Markdown, shellBlock } from './layout.js';
import { quote, redisCli } from './redis-cli.js';
import { preparationBlock } from './rollback-by-hand.js';

export interface CopyRollbackPlanInput {
  /** The workflow's id. */
  name: string;
  plan: MigrationPlan;
  /** What the target holds now. */
  targetKeys: number;
}

/** The way back of a migration that copies keys, written before anything is changed: by message, and by hand. */
export function renderCopyRollbackPlan(input: CopyRollbackPlanInput): Markdown {
  return [
    '### What will be changed',
    changes(input),
    '### Before the cutover: abort',
    abort(input),
    '### After the cutover: roll back',
    rollback(input),
    '### By hand, when Temporal or its workers are gone',
    byHand(input),
  ].join('\n\n');
}

const fenced = ({ cutover: { fence } }: MigrationPlan): boolean => fence === 'park' || fence === 'whole-copy';

function changes({ plan, targetKeys }: CopyRollbackPlanInput): Markdown {
  const when = plan.cutover.fence === 'whole-copy' ? 'before the first key is copied' : 'at the cutover';
  return bullets([
    'Keys are written to the target, which stays a master.',
    ...(targetKeys > 0 ? [conflicts[plan.onConflict](targetKeys)] : []),
    ...(fenced(plan) ? [`The source becomes read-only (a replica of nobody) ${when}.`] : ['The source is only read.']),
    ...(plan.migrate.move ? ['Each key is deleted at the source once the target has it (migrate.move).'] : []),
  ]);
}

const conflicts: Record<MigrationPlan['onConflict'], (keys: number) => string> = {
  fail: keys =>
    `The target has ${keys} keys of its own. None of them is overwritten: keys of the same name end it before the first key.`,
  skip: keys =>
    `The target has ${keys} keys of its own. None of them is overwritten: keys of the same name are skipped.`,
  replace: keys =>
    `The target has ${keys} keys of its own. Those that have the name of a copied key are overwritten, by consent (onConflict). Nothing here brings them back.`,
};

const send = (name: string, message: string): string =>
  shellBlock([`temporal workflow signal --workflow-id ${quote(name)} --name ${message}`]);

const abort = ({ name, plan }: CopyRollbackPlanInput): Markdown =>
  [
    plan.migrate.move
      ? 'The keys that were moved so far are copied back from the target. What the source has again under their names was written there since, and stays. The target keeps its copies.'
      : `The source ${fenced(plan) ? 'takes writes again' : 'stays as it is'}. The target keeps the keys that were copied so far.`,
    send(name, 'abort'),
  ].join('\n\n');

function rollback({ name, plan }: CopyRollbackPlanInput): Markdown {
  const window = formatDuration(plan.keepSourceForMs);
  return [
    plan.migrate.move ? moved : kept,
    send(name, 'rollback'),
    `Possible until \`complete\` is sent, or the source was kept for ${window}.`,
  ].join('\n\n');
}

const kept =
  'The source still has its keys, so the applications go back to it. What they wrote to the target since the cutover stays there: send them back before they have written what must not be lost, or carry it back by another migration.';

const moved =
  'The keys are gone from the source. The rollback copies all of them back from the target, with what was written to them there, and overwrites what the source has under their names; then it runs the hook `rollback`. Keep the applications from writing to the target meanwhile: what they write while it copies may be missed.';

function byHand({ plan }: CopyRollbackPlanInput): Markdown {
  if (plan.migrate.move)
    return 'Stop every worker. What was moved is on the target only: copy it back by a migration the other way, from the target to the source, with method dump-restore and the same filter; onConflict "skip" before the cutover, "replace" after it.';
  if (!fenced(plan))
    return 'Nothing has to be undone on the source. Stop every worker, and send the applications to the source.';
  const { source } = plan;
  return [
    'Stop every worker first, and keep the applications from writing to the target. Then let the source take writes again:',
    preparationBlock(plan),
    shellBlock([
      redisCli('source', source, 'REPLICAOF NO ONE'),
      redisCli('source', source, 'CONFIG REWRITE'),
      redisCli('source', source, 'INFO replication'),
    ]),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}
