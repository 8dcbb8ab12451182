import type { ServerVersion } from '../lab/index.js';

/** Servers that know expiries of fields; and those without counters of streams. */
export const knowsFieldExpiry = (version: ServerVersion): boolean => version === '8.0';
const before7 = (version: ServerVersion): boolean => version.startsWith('6.');

/** What such a server can hold of a key. More than the source told of, it may have: counters of streams come with 7.0. */
export function heldBy(version: ServerVersion, key: object | undefined): object {
  const { fieldExpiry, info, groups, ...rest } = key as { fieldExpiry?: unknown; info?: object; groups?: object[] };
  return JSON.parse(
    JSON.stringify({
      ...rest,
      ...(knowsFieldExpiry(version) ? { fieldExpiry } : {}),
      info: info && without(info, before7(version)),
      groups: groups?.map(group => without(group, before7(version))),
    }),
  );
}

const counters = ['entries-added', 'max-deleted-entry-id', 'recorded-first-entry-id', 'entries-read'];

function without(fields: object, some: boolean): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !some || !counters.includes(name)));
}
