import type { CheckResult } from '../contract/checks.js';
import { replicates } from '../contract/methods.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { Server } from '../server/connect.js';
import { commandLevel, type Info } from '../server/info.js';
import { type Check, Place, resultsOf, sides } from './check.js';
import { neededCommands } from './needed-commands.js';
import { tryCommands } from './try-commands.js';
import { isForWayBack, withoutWayBack } from './way-back.js';

const { pass, warning, refusal } = resultsOf('managed-service');

/** Managed services take CONFIG, REPLICAOF and their like away, by renaming them or in a proxy. */
export const managedService: Check = context =>
  Promise.all(sides(context).map(({ server, info }) => judge(server, info, context.plan)));

const commandsOf = (rules: string[]): string =>
  [...new Set(rules.map(rule => rule.replace('|', ' ').toUpperCase()))].join(', ');

async function judge(server: Server, info: Info, plan: MigrationPlan): Promise<CheckResult> {
  const { side } = server.endpoint;
  const needed = neededCommands(side, commandLevel(info), replicates(plan.method) ? undefined : plan);
  const verdicts = await tryCommands(server, commandLevel(info), needed);
  const gone = [...verdicts].filter(([, verdict]) => verdict === 'unknown').map(([rule]) => rule);
  if (gone.length === 0) return pass(side, `${Place(server)} has every command that the migration needs.`);
  const dispensable = new Set(needed.filter(({ without }) => without !== undefined).map(({ rule }) => rule));
  const said = `${Place(server)} doesn't know ${commandsOf(gone)}`;
  const needsThem = gone.filter(rule => !dispensable.has(rule));
  if (needsThem.length === 0) {
    return warning(side, `${said}; the migration does without.`, 'Nothing, or undo its rename-command.');
  }
  if (plan.method === 'live' && side === 'target' && needsThem.every(isForWayBack))
    return warning(side, `${said}. ${withoutWayBack}`, 'Nothing, if you can do without a rollback after the cutover.');
  return refusal(
    side,
    `${said}: they are renamed (rename-command), or this is a managed service or a Redis before 6.0, and a change of roles can't be steered there.`,
    "Undo the rename-command lines for the time of the migration. A managed service needs its provider's own way in and out, or a method that works by plain commands.",
  );
}
