import { type Address, isHostName, parseAddress, parseServerUrl, type Refusal, type ServerUrl } from './address.js';
import { type CheckName, checkNames } from './checks.js';
import { didYouMean, nearest } from './nearest.js';
import type { Brake, LatencyBound } from './plan.js';
import { leaf, type Reader, text } from './schema.js';
import { kindOf, show } from './show.js';
import { parseDuration, parseSize, parseTime } from './units.js';

/** In ms. The bounds are durations too: `"1ms"`. */
export const duration = (least: string, most: string): Reader<number | undefined> => {
  const [from, to] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0];
  return text(`a duration such as "500ms", "5s" or "24h", from ${least} to ${most}`, value => {
    const ms = parseDuration(value);
    return ms === undefined || ms < from || ms > to ? undefined : ms;
  });
};

/** In bytes. */
export const size = (least: number): Reader<number | undefined> =>
  leaf(`a size of at least ${least} bytes, as a number or such as "50MB" or "1GiB"`, value => {
    const bytes = typeof value === 'number' || typeof value === 'string' ? parseSize(value) : undefined;
    return bytes === undefined || bytes < least ? undefined : bytes;
  });

/** In Unix ms. */
export const time = text('a time in UTC such as "2026-01-31T12:00:00Z"', parseTime);

export const integer = (least: number, most: number): Reader<number | undefined> =>
  number(
    `a whole number from ${least} to ${most}`,
    value => Number.isSafeInteger(value) && value >= least && value <= most,
  );

export const share = number('a number from 0 to 1', value => value >= 0 && value <= 1);

export const flag = leaf('true or false', value => (typeof value === 'boolean' ? value : undefined));

export const oneOf = <T extends string>(choices: readonly T[]): Reader<T | undefined> =>
  leaf(
    `one of ${choices.join(', ')}`,
    value => choices.find(choice => choice === value),
    value => show(value) + (typeof value === 'string' ? didYouMean(value, choices) : ''),
  );

/** Free text of so many characters, without control characters. Not echoed. */
export const plainText = (least: number, most: number): Reader<string | undefined> =>
  text(
    `text of ${least} to ${most} characters, without control characters`,
    value => (value.length >= least && value.length <= most && !/\p{Cc}/u.test(value) ? value : undefined),
    kindOf,
  );

/** Text that a pattern describes. Not echoed. */
export const matching = (expected: string, pattern: RegExp): Reader<string | undefined> =>
  text(expected, value => (pattern.test(value) ? value : undefined), kindOf);

/** `env:NAME` or `file:PATH`. What came instead may be the secret itself, so only its kind is told. */
export const secretReference = (clear: string): Reader<string | undefined> =>
  text(
    'a reference, env:NAME or file:PATH, which the worker resolves',
    value => (/^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:[^\p{C}]{1,1024})$/u.test(value) ? value : undefined),
    value => (typeof value === 'string' ? `${clear}, which is refused` : kindOf(value)),
  );

export const hookName = matching(
  "the name of a hook in the worker's configuration (letters, digits, dots, dashes, underscores; at most 64)",
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
);

export const userName = matching(
  'a user name without spaces and quotes, of at most 256 characters',
  /^[^\s\p{C}"'`]{1,256}$/u,
);

export const hostName = text('a host name', value => (isHostName(value) ? value : undefined), kindOf);

export const serverUrl: Reader<ServerUrl | undefined> = addressed(
  'redis://host:port or rediss://host:port',
  parseServerUrl,
);

export const peerAddress: Reader<Address | undefined> = addressed('host:port', value => parseAddress(value));

/** A duration, or a multiple such as `"3x"`. */
export const latency = text('a duration such as "5ms", or a multiple such as "3x"', boundOf);

function boundOf(value: string): LatencyBound | undefined {
  const times = Number(/^(\d{1,4}(?:\.\d{1,3})?)x$/.exec(value)?.[1]);
  if (times > 0) return { times };
  const ms = parseDuration(value);
  return ms ? { ms } : undefined;
}

/** On, off, or the latency that it holds the servers to. */
export const brake: Reader<Brake | undefined> = leaf(
  'true, false, a duration such as "20ms", or a multiple such as "3x"',
  value => (typeof value === 'boolean' ? value : typeof value === 'string' ? boundOf(value) : undefined),
);

const names = Object.keys(checkNames) as CheckName[];

export const checkName = leaf(
  'the name of a check',
  value => names.find(name => name === value),
  value => `${show(value)}; ${checksLike(typeof value === 'string' ? value : '')}`,
);

const checksLike = (typed: string): string => {
  const near = nearest(typed, names);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${names.join(', ')}`;
};

/** Without the sign of -0, which JSON loses. */
function number(expected: string, fits: (value: number) => boolean): Reader<number | undefined> {
  return leaf(expected, value => (typeof value === 'number' && fits(value) ? value + 0 : undefined));
}

function addressed<T extends object>(expected: string, parse: (value: string) => T | Refusal): Reader<T | undefined> {
  return (value, path, problems) => {
    const parsed =
      typeof value === 'string'
        ? parse(value)
        : { refusal: value === undefined ? 'is missing' : `is ${kindOf(value)}` };
    if (!('refusal' in parsed)) return parsed;
    problems.add(path, `expected ${expected}, but it ${parsed.refusal}`);
    return undefined;
  };
}
