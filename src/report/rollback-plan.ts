import type { MigrationPlan } from '../contract/plan.js';
import { formatDuration } from '../contract/units.js';
import { code } from './escape.js';
import { bullets, type Markdown, shellBlock } from './layout.js';
import type { Side } from './record.js';
import { quote } from './redis-cli.js';
import { afterPromotion, beforePromotion, preparationBlock } from './rollback-by-hand.js';

export interface RollbackPlanInput {
  /** The workflow's id. */
  name: string;
  plan: MigrationPlan;
  /** What the migration is going to set, and what it stands at now. */
  settings: PlannedSetting[];
  /** The old source can follow the target with all that is written there, so that going back loses nothing. */
  reverseReplication: boolean;
  /** What the target holds now and will lose to the first sync, by consent; 0 for an empty one. */
  targetKeys: number;
}

export interface PlannedSetting {
  side: Side;
  what: string;
  from: string;
  to: string;
}

/** The exact way back, written before anything is changed: by message, and by hand when Temporal itself is gone. */
export function renderRollbackPlan(input: RollbackPlanInput): Markdown {
  return [
    '### What will be changed',
    changesText(input),
    '### Before the promotion: abort',
    abortText(input),
    '### After the promotion: roll back',
    rollbackText(input),
    '### By hand, when Temporal or its workers are gone',
    byHandText(input),
  ].join('\n\n');
}

function changesText({ plan, settings, targetKeys }: RollbackPlanInput): Markdown {
  const wiped = `The target's own ${targetKeys} keys are replaced by the source's data, by consent (target.ifNotEmpty). Nothing here brings them back.`;
  return bullets([
    'The target becomes a replica of the source, and a master of its own at the cutover.',
    'The source becomes a read-only replica at the cutover. Its data is never deleted.',
    ...changesOf(settings),
    ...(targetKeys > 0 && plan.target.ifNotEmpty === 'wipe' ? [wiped] : []),
  ]);
}

export const changesOf = (settings: readonly PlannedSetting[]): Markdown[] =>
  settings.map(({ side, what, from, to }) => `${side}: ${code(what)} from ${code(from)} to ${code(to)}`);

function abortText({ name }: RollbackPlanInput): Markdown {
  return [
    'The source stays the master and loses nothing. Links, pause and settings are taken back; the target keeps the copy that it has so far.',
    shellBlock([
      signal(name, 'abort'),
      '# or, when that workflow is gone, with the input that it was started with:',
      `redis-migration undo INPUT.json --migration ${quote(name)}`,
    ]),
  ].join('\n\n');
}

function rollbackText({ name, plan, reverseReplication }: RollbackPlanInput): Markdown {
  const window = formatDuration(plan.keepSourceForMs);
  const how = reverseReplication
    ? 'From the promotion on the old source follows the target, so nothing that was written since is lost: the target is fenced, drained, and the old source promoted.'
    : 'The old source does not follow the target: what is written to the target after the promotion stays there and must be carried back by another migration.';
  const end = `Possible until \`complete\` is sent, or the source was kept for ${window}.`;
  return [how, shellBlock([signal(name, 'rollback')]), end].join('\n\n');
}

function byHandText({ plan, settings }: RollbackPlanInput): Markdown {
  return [
    'Stop every worker first: one that wakes up would go on. See which server takes writes (`INFO replication`). **Applications must never be able to write to both.**',
    preparationBlock(plan),
    '**The target is a replica: it was not promoted.** The source serves again:',
    beforePromotion(plan),
    '**The target is a master: it was promoted.** In this order, and only on when a step shows what it must:',
    afterPromotion(plan),
    settingsByHand(settings),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

export function settingsByHand(settings: readonly PlannedSetting[]): Markdown {
  if (settings.length === 0) return '';
  const rows = settings.map(({ side, what, from }) => `${side}: ${code(what)} back to ${code(from)}`);
  return `Then set back, and CONFIG REWRITE on both, where they have a configuration file. What a server that you leave as a replica logs in with stays:\n\n${bullets(rows)}`;
}

const signal = (name: string, message: string): string =>
  `temporal workflow signal --workflow-id ${quote(name)} --name ${message}`;
