import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { packageRoot } from '../project.js';

/** A `temporal` binary: the one that TEMPORAL_CLI_PATH names, one in PATH, or the one that set-up finds or makes. */
export const findTemporalBinary = async (env: NodeJS.ProcessEnv): Promise<string> => {
  if (env.TEMPORAL_CLI_PATH) return named(env.TEMPORAL_CLI_PATH);
  const directories = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = directories.map(directory => join(directory, 'temporal')).find(isExecutable);
  return found ?? fromSetup(env);
};

const named = (path: string): string => {
  if (isExecutable(path)) return path;
  throw new CliError(exitCodes.badInput, `TEMPORAL_CLI_PATH names ${path}, which is no executable file.`);
};

const fromSetup = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const script = join(packageRoot(), 'scripts', 'setup.mjs');
  if (!existsSync(script)) throw missing('');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--json'], { env });
    const { temporal } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { temporal: string };
    return temporal;
  } catch (error) {
    throw missing(`\nSet-up said: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const missing = (more: string): CliError =>
  new CliError(
    exitCodes.unreachable,
    `No temporal binary was found in TEMPORAL_CLI_PATH or PATH.
Install the Temporal CLI (docs.temporal.io/cli), or name a running Temporal with --address.${more}`,
  );

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
