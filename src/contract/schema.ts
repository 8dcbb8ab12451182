import { didYouMean } from './nearest.js';
import { Problems } from './problems.js';
import { kindOf, pathTo, show } from './show.js';

const mostNamed = 20;

/** Reads the value at a path. What doesn't fit is added to `problems`, and reading goes on; it never throws. */
export type Reader<T> = (value: unknown, path: string, problems: Problems) => T;
type Shape = Record<string, Reader<unknown>>;
type Values<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> };
type Given<S extends Shape> = { [K in keyof S]?: Exclude<ReturnType<S[K]>, undefined> };

/** A single value: undefined, and a problem, unless `parse` takes it. `describe` says what came (`kindOf` for secrets). */
export const leaf =
  <T>(expected: string, parse: (value: unknown) => T | undefined, describe = show): Reader<T | undefined> =>
  (value, path, problems) => {
    const parsed = parse(value);
    if (parsed === undefined) problems.add(path, `expected ${expected}, got ${describe(value)}`);
    return parsed;
  };

/** The same for strings alone. */
export const text = <T = string>(
  expected: string,
  parse: (value: string) => T | undefined,
  describe = show,
): Reader<T | undefined> => leaf(expected, value => (typeof value === 'string' ? parse(value) : undefined), describe);

/** `fallback` is in the input's own form, and is read like something typed. */
export const withDefault = <T>(read: Reader<T | undefined>, fallback: unknown): Reader<T> => {
  const standard = read(fallback, '', new Problems());
  if (standard === undefined) throw new TypeError('a default that its own field refuses');
  return (value, path, problems) => {
    if (value === undefined) return standard;
    if (value !== null) return read(value, path, problems) ?? standard;
    problems.add(path, `must not be null; leave it out for the default, ${JSON.stringify(fallback)}`);
    return standard;
  };
};

/** `placeholder` stands in for a refused value while the rest is read. */
export const required =
  <T>(read: Reader<T | undefined>, placeholder: T): Reader<T> =>
  (value, path, problems) =>
    read(value, path, problems) ?? placeholder;

/** Missing or null: null. */
export const orNull =
  <T>(read: Reader<T | undefined>): Reader<T | null> =>
  (value, path, problems) =>
    value === undefined || value === null ? null : (read(value, path, problems) ?? null);

/** All the fields of the shape; a missing object is read as an empty one, so that its fields take their defaults. */
export const object =
  <S extends Shape>(shape: S): Reader<Values<S>> =>
  (value, path, problems) => {
    const fields = fieldsOf(value === undefined ? {} : value, Object.keys(shape), path, problems);
    const inner = fields ? problems : new Problems();
    return entries(shape, (name, read) => read(fields?.[name], pathTo(path, name), inner)) as Values<S>;
  };

/** Only the fields that were given. */
export const partial =
  <S extends Shape>(shape: S): Reader<Given<S>> =>
  (value, path, problems) => {
    const fields = fieldsOf(value === undefined ? {} : value, Object.keys(shape), path, problems) ?? {};
    return entries(shape, (name, read) =>
      fields[name] === undefined ? undefined : read(fields[name], pathTo(path, name), problems),
    ) as Given<S>;
  };

/** The object's own fields, as a map without a prototype; undefined, and a problem, for anything else. Unknown names are refused. */
export const fieldsOf = (
  value: unknown,
  known: readonly string[],
  path: string,
  problems: Problems,
): Record<string, unknown> | undefined => {
  if (!isObject(value)) {
    problems.add(path, `expected an object, got ${kindOf(value)}`);
    return undefined;
  }
  const unknown = Object.keys(value).filter(name => !known.includes(name));
  for (const name of unknown.slice(0, mostNamed)) {
    problems.add(pathTo(path, name), `unknown field${didYouMean(name, known)}`);
  }
  if (unknown.length > mostNamed) problems.add(path, `has ${unknown.length - mostNamed} more unknown fields`);
  return Object.assign(Object.create(null), value);
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entries = (shape: Shape, read: (name: string, reader: Reader<unknown>) => unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shape)
      .map(([name, reader]) => [name, read(name, reader)] as const)
      .filter(([, value]) => value !== undefined),
  );
