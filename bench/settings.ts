import { parseArgs } from 'node:util';

/** `NAME --SETTING VALUE ...` against the defaults of what is called NAME. */
export function readSettings<S extends Record<string, number>>(defaults: S, args: string[]): S {
  const options = Object.fromEntries(Object.keys(defaults).map(name => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options });
  const given = Object.entries(values).map(([name, value]) => [name, readNumber(name, value)]);
  return { ...defaults, ...Object.fromEntries(given) };
}

function readNumber(name: string, value: unknown): number {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number))
    throw new Error(`--${name} takes a number, not ${JSON.stringify(value)}`);
  return number;
}
