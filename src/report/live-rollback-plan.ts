import type { MigrationPlan } from '../contract/plan.js';
import { formatDuration } from '../contract/units.js';
import { bullets, type Markdown, shellBlock } from './layout.js';
import { quote, redisCli } from './redis-cli.js';
import { preparationBlock } from './rollback-by-hand.js';
import { changesOf, type PlannedSetting, settingsByHand } from './rollback-plan.js';

export interface LiveRollbackPlanInput {
  /** The workflow's id. */
  name: string;
  plan: MigrationPlan;
  /** What the migration is going to set, and what it stands at now. */
  settings: PlannedSetting[];
  /** What the target holds now. */
  targetKeys: number;
}

/** The way back of a migration by a stream of writes, written before anything is changed: by message, and by hand. */
export function renderLiveRollbackPlan(input: LiveRollbackPlanInput): Markdown {
  return [
    '### What will be changed',
    changes(input),
    '### Before the promotion: abort',
    abort(input),
    '### After the promotion: roll back',
    rollback(input),
    '### By hand, when Temporal or its workers are gone',
    byHand(input),
  ].join('\n\n');
}

function changes({ plan, settings, targetKeys }: LiveRollbackPlanInput): Markdown {
  const own = `The target has ${targetKeys} keys of its own. Those that have the name of a key of the source are overwritten, by consent (onConflict). Nothing here brings them back.`;
  return bullets([
    'A worker follows the source as a replica does, and writes to the target, which stays a master. Until the cutover no key expires on the target by itself: expiries there are later by 1000 years.',
    'The source becomes a read-only replica of nobody at the cutover. Its data is never deleted.',
    ...changesOf(settings),
    ...(targetKeys > 0 && plan.onConflict === 'replace' ? [own] : []),
  ]);
}

const abort = ({ name }: LiveRollbackPlanInput): Markdown =>
  [
    'The source stays the master and loses nothing. The worker ends, pause and settings are taken back; the target keeps what it has so far, with the expiries of the source.',
    send(name, 'abort'),
  ].join('\n\n');

const rollback = ({ name, plan }: LiveRollbackPlanInput): Markdown =>
  [
    'The old source stays as it was at the cutover: what is written to the target after that is not there. Where the way back carries it, status says so (`rollback`).',
    send(name, 'rollback'),
    `Possible until \`complete\` is sent, or the source was kept for ${formatDuration(plan.keepSourceForMs)}.`,
  ].join('\n\n');

const send = (name: string, message: string): string =>
  shellBlock([`temporal workflow signal --workflow-id ${quote(name)} --name ${message}`]);

const byHand = ({ plan, settings }: LiveRollbackPlanInput): Markdown =>
  [
    'Stop every worker first, and keep the applications from writing to the target: what they wrote there since the cutover is not on the source. Then let the source take writes again:',
    preparationBlock(plan),
    shellBlock([
      redisCli('source', plan.source, 'REPLICAOF NO ONE'),
      redisCli('source', plan.source, 'CLIENT UNPAUSE'),
      redisCli('source', plan.source, 'CONFIG REWRITE'),
      redisCli('source', plan.source, 'INFO replication'),
    ]),
    settingsByHand(settings),
  ]
    .filter(part => part !== '')
    .join('\n\n');
