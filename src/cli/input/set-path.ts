import { isRecord } from '../client/read-status.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';

/** `target.password=env:TARGET_PASSWORD`: the value as JSON where it is JSON, else as text. Never echoed. */
export const setPath = (input: Record<string, unknown>, assignment: string): Record<string, unknown> => {
  const at = assignment.indexOf('=');
  const path = assignment.slice(0, at);
  if (at < 1 || !/^[A-Za-z]\w*(\.\w+)*$/.test(path)) {
    throw new CliError(exitCodes.badInput, '--set takes path=value, such as --set cutover.mode=auto');
  }
  return withValue(input, path.split('.'), parsed(assignment.slice(at + 1)), path);
};

const withValue = (
  parent: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
  path: string,
): Record<string, unknown> => {
  if (rest.length === 0) return { ...parent, [name]: value };
  const child = parent[name] ?? {};
  if (!isRecord(child)) throw new CliError(exitCodes.badInput, `--set ${path}: ${name} is not an object in the input`);
  return { ...parent, [name]: withValue(child, rest, value, path) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
