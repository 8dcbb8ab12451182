import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { MigrationInput } from '../../contract/input.js';
import { readInput } from '../../contract/read-input.js';
import { readSnapshotInput } from '../../contract/read-snapshot-input.js';
import { readVerifyInput, verifySectionsOf } from '../../contract/read-verify-input.js';
import type { SnapshotInput } from '../../contract/snapshot.js';
import type { VerifyInput } from '../../contract/verification.js';
import { isRecord } from '../client/read-status.js';
import type { CliContext } from '../context.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { escapeText } from '../view/text.js';
import { parseJson } from './parse-json.js';
import { setPath } from './set-path.js';

export interface InputFlags {
  source?: string;
  target?: string;
  method?: string;
  dryRun?: boolean;
  set?: string[];
}

export const withInput = (command: Command): Command =>
  withFields(withServers(command), 'cutover.mode=auto')
    .option('--method <name>', 'auto, replication, ...')
    .option('--dry-run', 'only what changes nothing, then the report');

export const withFields = (command: Command, example: string): Command =>
  command.option('--set <path=value>', `any field, such as ${example}; may be repeated`, collect);

export const withServers = (command: Command): Command =>
  command
    .argument('[input]', 'a JSON file with the input, or - for standard input')
    .option('--source <url>', 'redis://host:port or rediss://host:port')
    .option('--target <url>', 'redis://host:port or rediss://host:port');

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The input from the file with the flags over it, judged here so that a mistake starts nothing. */
export const loadInput = async (
  context: CliContext,
  file: string | undefined,
  flags: InputFlags,
): Promise<MigrationInput> => checked(await readRaw(context, file, flags));

/** The same, as it is. */
export const readRaw = async (
  context: CliContext,
  file: string | undefined,
  flags: InputFlags,
): Promise<Record<string, unknown>> =>
  (flags.set ?? []).reduce(setPath, shortcuts(flags).reduce(setShortcut, await readBase(context, file, flags)));

/** Throws every problem at once. */
export const checked = (input: unknown): MigrationInput => {
  refuse(readInput(input).problems);
  return input as MigrationInput;
};

/** Of a migration's input, or of a verification's own, what a verification takes. Throws every problem at once. */
export const checkedForVerification = (input: Record<string, unknown>): VerifyInput => {
  refuse(readVerifyInput(input).problems);
  return verifySectionsOf(input) as VerifyInput;
};

/** Only the source is judged: whatever else is in the input is not for a snapshot. Throws every problem at once. */
export const checkedForSnapshot = ({ source }: Record<string, unknown>, file: string): SnapshotInput => {
  const input = { source, file };
  refuse(readSnapshotInput(input).problems);
  return input as SnapshotInput;
};

const refuse = (problems: readonly string[]): void => {
  if (problems.length === 0) return;
  const lines = problems.map(problem => `  ${escapeText(problem)}`);
  throw new CliError(exitCodes.badInput, ['The input is refused; nothing was started:', ...lines].join('\n'));
};

const readBase = async (
  { stdin }: CliContext,
  file: string | undefined,
  { source, target }: Pick<InputFlags, 'source' | 'target'>,
): Promise<Record<string, unknown>> => {
  if (file === undefined && (source === undefined || target === undefined)) {
    throw new CliError(exitCodes.badInput, 'Name an input file, - for standard input, or both --source and --target.');
  }
  if (file === undefined) return {};
  const name = file === '-' ? 'Standard input' : file;
  const value = parseJson(file === '-' ? await readAll(stdin) : await readText(file), name);
  if (isRecord(value)) return value;
  throw new CliError(exitCodes.badInput, `${name} holds no JSON object.`);
};

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CliError(exitCodes.badInput, `${file} can't be read (${code}).`, { cause: error });
  }
};

const readAll = async (stdin: CliContext['stdin']): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

type Shortcut = readonly [path: readonly string[], value: unknown];

const shortcuts = ({ source, target, method, dryRun }: InputFlags): Shortcut[] => [
  [['source', 'url'], source],
  [['target', 'url'], target],
  [['method'], method],
  [['dryRun'], dryRun],
];

const setShortcut = (
  input: Record<string, unknown>,
  [[name = '', field], value]: Shortcut,
): Record<string, unknown> => {
  if (value === undefined) return input;
  if (field === undefined) return { ...input, [name]: value };
  const parent = input[name];
  return { ...input, [name]: { ...(isRecord(parent) ? parent : {}), [field]: value } };
};
