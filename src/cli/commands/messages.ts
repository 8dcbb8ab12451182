import { Command, InvalidArgumentError, Option } from 'commander';
import type { MessageName } from '../../contract/messages.js';
import { readMessage } from '../../contract/read-message.js';
import { parseDuration } from '../../contract/units.js';
import { type Cli, commandLine, withConnection } from '../cli.js';
import { findMigration } from '../client/find.js';
import { messagePort } from '../client/message-port.js';
import { type Sent, sendMessage } from '../client/send.js';
import type { ConnectionFlags } from '../client/settings.js';
import { type CliContext, say, sayJson } from '../context.js';
import { CliError } from '../errors.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { withTemporal } from '../temporal.js';
import { escapeText } from '../view/text.js';
import type { MessageSpec } from './message-specs.js';

interface MessageFlags extends ConnectionFlags {
  signal?: boolean;
  answerWithin: number;
  json?: boolean;
}

/** One command a message: an update where a worker answers, else a signal. */
export const messageCommand = ({ context, exitWith }: Cli, spec: MessageSpec): Command => {
  const command = withConnection(new Command(spec.command))
    .description(spec.description)
    .argument('[id]', 'the workflow id; else the only migration that runs')
    .option('--signal', 'send a signal right away, without an answer')
    .addOption(
      new Option('--answer-within <duration>', 'how long a worker may take before a signal is sent instead')
        .argParser(answerWithin)
        .default(5_000, '5s'),
    )
    .option('--json', 'how it was sent, as JSON on standard output');
  for (const option of spec.options) command.addOption(option);
  return command.action(async (id: string | undefined, flags: MessageFlags & Record<string, unknown>) => {
    const argument = checkedArgument(spec.name, spec.argument(flags));
    exitWith(await send(context, id, flags, spec.name, argument));
  });
};

const answerWithin = (text: string): number => {
  const ms = parseDuration(text);
  if (!ms) throw new InvalidArgumentError('Expected a duration such as "500ms" or "5s".');
  return ms;
};

const checkedArgument = (name: MessageName, argument: object): object => {
  const { problems } = readMessage(name, argument);
  if (problems.length === 0) return argument;
  throw new CliError(
    exitCodes.badInput,
    ['Nothing was sent:', ...problems.map(text => `  ${escapeText(text)}`)].join('\n'),
  );
};

const send = (
  context: CliContext,
  id: string | undefined,
  flags: MessageFlags,
  name: MessageName,
  argument: object,
): Promise<ExitCode> =>
  withTemporal(context, flags, async ({ client }) => {
    const { workflowId, taskQueue } = await findMigration(client, id);
    const port = messagePort(client, workflowId, taskQueue);
    const sent = await sendMessage(port, name, argument, {
      signal: flags.signal === true,
      limitMs: flags.answerWithin,
    });
    if (flags.json) sayJson(context, { workflowId, message: name, ...sent });
    else say(context.stdout, sentText(name, workflowId, sent));
    if (!flags.json) say(context.stdout, `Follow it: ${commandLine(flags, 'watch', workflowId)}`);
    return exitCodes.ok;
  });

const sentText = (name: MessageName, workflowId: string, sent: Sent): string => {
  const what = `${name} for ${escapeText(workflowId)}`;
  if (sent.how === 'update') return `${what}: ${updateText(sent)}`;
  if (sent.why === 'asked for') return `${what}: sent as a signal; the status tells whether it was obeyed`;
  return `${what}: no worker answers: sent as a signal instead, which waits for a worker`;
};

const updateText = (sent: Extract<Sent, { how: 'update' }>): string => {
  if (!sent.answered) return 'accepted, but not answered in time; the status tells what comes of it';
  return typeof sent.answer === 'string' ? `accepted: ${escapeText(sent.answer)}` : 'accepted';
};
