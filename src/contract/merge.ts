import { isObject } from './schema.js';

/** `over` laid over `under`, objects field by field down to so many levels; arrays and all else replace. Changes neither. */
export const merge = (under: unknown, over: unknown, levels: number): unknown => {
  if (levels === 0 || !isObject(under) || !isObject(over)) return over;
  const fields = Object.entries(over)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, merge(Object.hasOwn(under, name) ? under[name] : undefined, value, levels - 1)]);
  return { ...under, ...Object.fromEntries(fields) };
};

/** The same without the fields that are null, at every level. */
export const withoutNulls = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
};
