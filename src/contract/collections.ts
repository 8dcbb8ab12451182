import type { Problems } from './problems.js';
import { isObject, type Reader } from './schema.js';
import { kindOf, pathTo } from './show.js';

/** An array of at most so many items; refused items are left out. */
export const list =
  <T>(item: Reader<T | undefined>, most: number): Reader<T[] | undefined> =>
  (value, path, problems) => {
    if (!Array.isArray(value)) return refuse(path, problems, `expected an array, got ${kindOf(value)}`);
    if (value.length > most) return refuse(path, problems, `expected at most ${most} items, got ${value.length}`);
    return Array.from(value, (entry, index) => item(entry, `${path}[${index}]`, problems)).filter(
      (entry): entry is T & {} => entry !== undefined,
    );
  };

/** An object whose field names are data. */
export const record =
  <T>(
    expectedName: string,
    name: RegExp,
    item: Reader<T | undefined>,
    most: number,
  ): Reader<Record<string, T> | undefined> =>
  (value, path, problems) => {
    if (!isObject(value)) return refuse(path, problems, `expected an object, got ${kindOf(value)}`);
    const names = Object.keys(value);
    if (names.length > most) return refuse(path, problems, `expected at most ${most} fields, got ${names.length}`);
    const read = (key: string) => {
      if (name.test(key)) return item(value[key], pathTo(path, key), problems);
      return refuse(pathTo(path, key), problems, `expected ${expectedName} as the field's name`);
    };
    return Object.fromEntries(names.map(key => [key, read(key)] as const).filter(isPresent));
  };

const refuse = (path: string, problems: Problems, text: string): undefined => {
  problems.add(path, text);
};

const isPresent = <T>(entry: readonly [string, T | undefined]): entry is readonly [string, T] => entry[1] !== undefined;
