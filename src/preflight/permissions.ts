import type { CheckName, CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import { commandLevel, type Info } from '../server/info.js';
import { counted, place, resultsOf } from './check.js';
import { type NeededCommand, neededCommands } from './needed-commands.js';
import { tryCommands, type Verdict } from './try-commands.js';

/** Whether the user of one side may run what the migration runs there; everything missing is named at once. */
export async function judgePermissions(name: CheckName, server: Server, info: Info): Promise<CheckResult[]> {
  const { pass, warning, failure } = resultsOf(name);
  const { side } = server.endpoint;
  const needed = neededCommands(side, commandLevel(info));
  const verdicts = await tryCommands(server, commandLevel(info), needed);
  const lacking = lackingOf(verdicts, needed);
  const who = `The user ${userOf(server)} on ${place(server)}`;
  const needs = lacking.filter(({ without }) => without === undefined);
  const wishes = lacking.filter(({ without }) => without !== undefined);
  const results: CheckResult[] = [];
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

interface Lacking {
  rule: string;
  keys: boolean;
  own: boolean;
  without: string | undefined;
}

function lackingOf(verdicts: ReadonlyMap<string, Verdict>, needed: readonly NeededCommand[]): Lacking[] {
  const rows = new Map(needed.map(row => [row.rule, row]));
  // Without MULTI nothing more could be tried: then all of it is named, so that one line grants it.
  const untried = verdicts.get('multi') === 'allowed' ? [] : needed.map(({ rule }) => [rule, 'forbidden'] as const);
  return [...verdicts, ...untried]
    .filter(([, verdict]) => verdict === 'forbidden' || verdict === 'keys')
    .map(([rule, verdict]) => ({
      rule,
      keys: verdict === 'keys',
      own: writesOwnKeys.has(rule),
      without: rows.get(rule)?.without,
    }));
}

const writesOwnKeys: ReadonlySet<string> = new Set(['set', 'del', 'migrate']);

const named = (lacking: readonly Lacking[]): string =>
  lacking.map(({ rule, keys }) => label(rule) + (keys ? ' (not on all keys)' : '')).join(', ');

const consequences = (lacking: readonly Lacking[]): string =>
  lacking.map(({ rule, keys, without }) => `${label(rule)}${keys ? ' on all keys' : ''} (then ${without})`).join(', ');

const label = (rule: string): string => rule.replace('|', ' ').toUpperCase();

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

const userOf = ({ endpoint: { username = 'default' } }: Server): string =>
  /^[\w.@-]+$/.test(username) ? username : JSON.stringify(username);
