import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.js';
import { devCommand } from './commands/dev.js';
import { listCommand } from './commands/list.js';
import { messageSpecs } from './commands/message-specs.js';
import { messageCommand } from './commands/messages.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { snapshotCommand } from './commands/snapshot.js';
import { startCommand } from './commands/start.js';
import { statusCommand } from './commands/status.js';
import { undoCommand } from './commands/undo.js';
import { verifyCommand } from './commands/verify.js';
import { watchCommand } from './commands/watch.js';
import { workerCommand } from './commands/worker.js';
import type { CliContext } from './context.js';
import { type ExitCode, exitCodes, exitCodesHelp } from './exit-codes.js';
import { tellFailure } from './failure.js';
import { packageVersion } from './project.js';

/** Runs one command line and gives its exit code. Never throws, never exits. */
export const runCli = async (argv: readonly string[], context: CliContext): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.ok;
  const exitWith = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    await buildProgram({ context, argv, exitWith }).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Its message was printed when it was thrown.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
    return tellFailure(context, error);
  }
};

/** Every command with its options; nothing runs until it is parsed. */
export const buildProgram = (cli: Cli): Command => {
  const { stdout, stderr } = cli.context;
  const program = new Command('redis-migration')
    .description('Zero-downtime Redis migrations as Temporal workflows: resumable, verified, reversible.')
    .version(packageVersion())
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .exitOverride()
    .configureOutput({
      writeOut: text => stdout.write(text),
      writeErr: text => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      outputError: (text, write) => write(withoutValues(text)),
    })
    .showHelpAfterError("(see --help, or 'redis-migration help COMMAND')");
  for (const command of commandsOf(cli)) program.addCommand(command.copyInheritedSettings(program));
  return program;
};

const commandsOf = (cli: Cli): Command[] => [
  runCommand(cli),
  startCommand(cli),
  statusCommand(cli),
  watchCommand(cli),
  listCommand(cli),
  ...messageSpecs().map(spec => messageCommand(cli, spec)),
  reportCommand(cli),
  verifyCommand(cli),
  snapshotCommand(cli),
  undoCommand(cli),
  workerCommand(cli),
  devCommand(cli),
];

/** An option that doesn't exist, such as `--password=...`, is named without the secret behind it. */
const withoutValues = (text: string): string => text.replace(/(unknown option '[^'=]*)=[^\n]*'/, "$1=...'");
