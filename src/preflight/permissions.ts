import { isClusterNode } from '../cluster/index.js';
import type { CheckName, CheckResult } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import type { MigrationPlan } from '../contract/plan.js';
import { markTaken } from '../cutover/epoch/choose.js';
import { connections, markIn, markSetting } from '../cutover/epoch/connections.js';
import { isEpochName } from '../cutover/epoch/name.js';
import type { Server } from '../server/connect.js';
import { addressOf } from '../server/endpoint.js';
import { commandLevel, type Info } from '../server/info.js';
import { counted, place, resultsOf } from './check.js';

import { allWrites, psync, psyncFor, takesStream } from './following.js';

import { keepsUsers, type NeededCommand, neededCommands, neededOnNodes, ownKey } from './needed-commands.js';

import { refusalIn } from './replies.js';
import { streamRights } from './stream-rights.js';
import { tryCommands, type Verdict } from './try-commands.js';

/** Whether the user of one side may run what the migration runs there; everything missing is named at once. */
export async function judgePermissions(
  name: CheckName,
  server: Server,
  info: Info,
  plan: MigrationPlan,
): Promise<CheckResult[]> {
  const { pass, warning, failure } = resultsOf(name);
  const { side } = server.endpoint;
  const onNodes = isClusterNode(info) ? neededOnNodes : [];
  const always = [...neededCommands(side, commandLevel(info), plan), ...onNodes];
  const stream = takesStream(side, plan) ? await rightsBeside(server, always) : [];
  const needed = [...always, ...stream];
  const verdicts = await tryCommands(server, commandLevel(info), needed);
  const following = psyncFor(side, plan);
  if (!following) verdicts.delete(psync.rule);
  const lacking = together(lackingOf(verdicts, following ? [...needed, following] : needed), stream);
  const who = `The user ${userOf(server)} on ${place(server)}`;
  const needs = lacking.filter(({ without }) => without === undefined);
  const wishes = lacking.filter(({ without }) => without !== undefined);
  const results: CheckResult[] = await judgeMark(name, server, lacking);
  if (needs.length > 0) {
    results.push(
      failure(side, `${who} may not run what the migration needs: ${named(needs)}.`, grant(server, lacking)),
    );
  }
  if (wishes.length > 0) {
    results.push(warning(side, `${who} may not run ${consequences(wishes)}.`, grant(server, wishes)));
  }
  return results.length > 0
    ? results
    : [pass(side, `${who} may run all ${counted(verdicts.size, 'command')} that the migration needs.`)];
}

/** Who may not keep ACL users needs the place of the mark that does instead. */
async function judgeMark(name: CheckName, server: Server, lacking: readonly Lacking[]): Promise<CheckResult[]> {
  if (!lacking.some(({ rule }) => keepsUsers.has(rule))) return [];
  const [reply] = await server.pipeline([connections.ask]);
  const mark = refusalIn(reply) === null ? markIn(reply) : '';
  if (mark === '' || isEpochName(mark)) return [];
  const { side } = server.endpoint;
  const remedy = `${grant(server, lacking)} Or empty ${markSetting}, which only cluster nodes need.`;
  return [resultsOf(name).failure(side, markTaken(addressOf(server.endpoint)), remedy)];
}

/** None where the server doesn't tell its commands: then that is named. */
async function rightsBeside(server: Server, always: readonly NeededCommand[]): Promise<NeededCommand[]> {
  const rights = await streamRights(server).catch((error: unknown) => {
    if (error instanceof MigrationError && error.type === 'PermissionMissing') return [];
    throw error;
  });
  return rights.filter(({ rule }) => !always.some(row => row.rule === rule));
}

interface Lacking {
  rule: string;
  purpose: string | undefined;
  keys: boolean;
  own: boolean;
  without: string | undefined;
}

function lackingOf(verdicts: ReadonlyMap<string, Verdict>, needed: readonly NeededCommand[]): Lacking[] {
  const rows = new Map(needed.map(row => [row.rule, row]));
  // Without MULTI nothing more could be tried: then all of it is named, so that one line grants it.
  const untried = verdicts.get('multi') === 'allowed' ? [] : needed.filter(({ rule }) => !verdicts.has(rule));
  const lacking = [...verdicts, ...untried.map(({ rule }) => [rule, 'forbidden'] as const)].filter(
    ([, verdict]) => verdict === 'forbidden' || verdict === 'keys',
  );
  const actsInPerson = lacking.some(([rule]) => keepsUsers.has(rule));
  return lacking
    .map(([rule, verdict]) => ({ rule, verdict, row: rows.get(rule) }))
    .filter(({ row }) => actsInPerson || !row?.inPerson || row.without !== undefined)
    .map(({ rule, verdict, row }) => ({
      rule,
      purpose: row?.purpose,
      keys: verdict === 'keys',
      own: row?.words.includes(ownKey) ?? false,
      without: actsInPerson && row?.inPerson ? undefined : row?.without,
    }));
}

const mostNamed = 8;

/** Many of the stream's commands are one: those that write. */
function together(lacking: readonly Lacking[], stream: readonly NeededCommand[]): readonly Lacking[] {
  const rules = new Set(stream.map(({ rule }) => rule));
  const writes = lacking.filter(({ rule, without }) => rules.has(rule) && without === undefined);
  if (writes.length <= mostNamed) return lacking;
  const keys = writes.every(each => each.keys);
  const one: Lacking = { rule: allWrites, purpose: 'the writes of the source', keys, own: false, without: undefined };
  return [...lacking.filter(each => !writes.includes(each)), one];
}

const named = (lacking: readonly Lacking[]): string =>
  lacking
    .map(({ rule, keys, purpose }) => {
      const facts = [purpose ?? '', keys ? 'not on all keys' : ''].filter(fact => fact !== '');
      return facts.length > 0 ? `${label(rule)} (${facts.join('; ')})` : label(rule);
    })
    .join(', ');

/** Each consequence is said once, after all the commands that it is for. */
function consequences(lacking: readonly Lacking[]): string {
  const texts = [...new Set(lacking.map(({ without }) => without))];
  const names = (group: readonly Lacking[]) =>
    group.map(({ rule, keys }) => `${label(rule)}${keys ? ' on all keys' : ''}`).join(', ');
  return texts.map(text => `${names(lacking.filter(({ without }) => without === text))} (then ${text})`).join(', ');
}

const label = (rule: string): string => (rule === allWrites ? rule : rule.replace('|', ' ').toUpperCase());

/** The one line that grants it all. */
function grant(server: Server, lacking: readonly Lacking[]): string {
  const rules = lacking.filter(({ keys }) => !keys).map(({ rule }) => `+${rule}`);
  const patterns = lacking.some(({ keys, own }) => keys && !own)
    ? ['~*']
    : lacking.some(({ keys }) => keys)
      ? ['~__redis-migration:*']
      : [];
  return `On the ${server.endpoint.side}, as an administrator: ACL SETUSER ${userOf(server)} ${[...patterns, ...rules].join(' ')} (then ACL SAVE or CONFIG REWRITE), and send 'retry'.`;
}

export const userOf = ({ endpoint: { username = 'default' } }: Server): string =>
  /^[\w.@-]+$/.test(username) ? username : JSON.stringify(username);
