import type { CheckResult } from '../contract/checks.js';
import { lackOf, streamCommands as sent } from '../live/stream/index.js';
import { readCommands, type ServerCommand } from '../server/command-list.js';
import type { Server } from '../server/connect.js';
import { callsIn, headOf } from './calls.js';
import { type Check, Place, place, resultsOf } from './check.js';
import { NamedCommands } from './named-commands.js';
import { neededCommands } from './needed-commands.js';

const { pass, warning, failure, refusal } = resultsOf('stream-commands');

/**
 * Whether the stream of writes can be understood, and what becomes of commands that the target lacks: because it is older,
 * or because they are renamed or disabled there.
 */
export const streamCommands: Check = async ({ source, target, sourceInfo, plan }) => {
  const [from, to] = await Promise.all([commandsOf(source), commandsOf(target)]);
  const [here, there] = [knownOf(from), knownOf(to)];
  const calls = callsIn(sourceInfo);
  const ours = new Set(neededCommands('source', Number.POSITIVE_INFINITY, plan).map(({ rule }) => headOf(rule)));
  const used = [...calls.keys()].filter(name => !ours.has(name));
  const lacking = new NamedCommands(
    [...here].filter(name => !there.has(name)),
    new Set(to.filter(({ renamed }) => renamed).map(({ name }) => name)),
    calls,
  );
  const results = [
    judgeNeeded(target, there),
    ...judgeSource(source, from, calls),
    judgeReplaced(target, lacking),
    judgeApplications(target, lacking.only(used.filter(name => here.has(name)))),
  ].filter(result => result !== null);
  return results.length > 0 ? results : [pass('target', saidOfAll(target, lacking))];
};

async function commandsOf(server: Server): Promise<ServerCommand[]> {
  return readCommands((...[name = '', ...words]) => server.call(name, ...words));
}

const knownOf = (commands: readonly ServerCommand[]): Set<string> =>
  new Set(commands.filter(({ renamed }) => !renamed).map(({ name }) => name));

/** The checkpoint is read by them. */
const asked = ['GET', 'HGETALL'];

function judgeNeeded(target: Server, there: ReadonlySet<string>): CheckResult | null {
  const gone = [...sent.filter(name => lackOf(name) === 'needed'), ...asked].filter(name => !there.has(name));
  if (gone.length === 0) return null;
  return refusal(
    'target',
    `${Place(target)} lacks what nothing can be written without: ${gone.join(', ')}. They are renamed or disabled there (rename-command).`,
    "Undo these rename-command lines of the target for the time of the migration, restart it, and send 'retry'.",
  );
}

/** What a stream has under a name that only this source knows can't be judged: the migration would stop there. */
function judgeSource(
  source: Server,
  commands: readonly ServerCommand[],
  calls: ReadonlyMap<string, number>,
): (CheckResult | null)[] {
  const names = (accepts: (command: ServerCommand) => boolean) =>
    new NamedCommands(
      commands.filter(accepts).map(({ name }) => name),
      new Set(),
      calls,
    );
  const renamed = names(each => each.renamed && lackOf(each.name) !== null && lackOf(each.name) !== 'unsent');
  const unknown = names(({ name, flags }) => flags.has('write') && lackOf(name) === null && name !== replicatedAsDel);
  return [
    judgeUnread(
      renamed,
      `${Place(source)} has other names for commands that write (rename-command), and sends them by those`,
      'Undo these rename-command lines of the source for the time of the migration and restart it, or keep applications from these commands',
    ),
    judgeUnread(
      unknown,
      `${Place(source)} has commands that write, as those of modules, which a worker that follows it can't read`,
      'Keep applications from these commands, or take method dump-restore',
    ),
  ];
}

/** MIGRATE. */
const replicatedAsDel = 'MIGRATE';

function judgeUnread(names: NamedCommands, said: string, remedy: string): CheckResult | null {
  if (!names.any) return null;
  const { used } = names;
  const [make, shown] = used.any ? [failure, used] : [warning, names];
  return make(
    'source',
    `${said}: ${shown}. Where one comes, the migration stops and asks.`,
    `${remedy}; then send 'retry'.`,
  );
}

const by = (lacking: NamedCommands, ...kinds: string[]): NamedCommands =>
  lacking.where(name => kinds.includes(String(lackOf(name))));

/** What costs more than it would, or is lost. */
function judgeReplaced(target: Server, lacking: NamedCommands): CheckResult | null {
  const [fetched, resync, left] = [by(lacking, 'fetched'), by(lacking, 'resync'), by(lacking, 'left-out')];
  const said = [
    fetched.used.any ? `The keys of ${fetched.used} are read from the source each time, which takes longer.` : '',
    resync.used.any ? `Each ${resync.used} takes a fresh snapshot.` : '',
    left.used.any ? `Left out, since the target can't hold it: what ${left.used} do.` : '',
  ].filter(text => text !== '');
  if (said.length === 0) return null;
  return warning(
    'target',
    `${Place(target)} lacks commands of the source's stream: it is older, or they are renamed or disabled there (rename-command). ${said.join(' ')}`,
    'Nothing, if that is meant; else take a target of a later version, or undo its rename-command lines.',
  );
}

/** After the cutover nobody translates. */
function judgeApplications(target: Server, lacking: NamedCommands): CheckResult | null {
  if (!lacking.any) return null;
  return warning(
    'target',
    `Commands that the source was asked for, and that ${place(target)} doesn't know: ${lacking}. Applications get errors for them after the cutover.`,
    'See that applications do without them there, or take another target.',
  );
}

function saidOfAll(target: Server, lacking: NamedCommands): string {
  const stream = by(lacking, 'otherwise', 'fetched', 'resync', 'left-out');
  if (!stream.any) return `${Place(target)} knows every command that the source's stream may have.`;
  return `${Place(target)} lacks ${stream} of the source's stream, none of which was called so far: they are said in another way, or their keys are read from the source.`;
}
