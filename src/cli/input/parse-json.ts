import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';

/** JSON that a person wrote. The parser's own message quotes what is there, which may be a secret: only the place is told. */
export const parseJson = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliError(exitCodes.badInput, `${name} is not valid JSON${placeOf(error, text)}.`);
  }
};

const placeOf = (error: unknown, text: string): string => {
  const message = error instanceof Error ? error.message : '';
  if (/unexpected end/i.test(message)) return ': it ends too early';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `: line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
};
