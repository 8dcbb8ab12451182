const msPerUnit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `"500ms"`, `"5s"`, `"10m"`, `"24h"` or `"7d"` in ms; undefined for anything else. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text) ?? [];
  return count && unit ? safe(Number(count) * msPerUnit[unit as keyof typeof msPerUnit]) : undefined;
};

const powers = { '': 0, k: 1, m: 2, g: 3, t: 4 } as const;

/** Bytes as a number or as `"50MB"` (powers of 1000; so is `"64k"`) or `"1GiB"` (powers of 1024); undefined for anything else. */
export const parseSize = (size: number | string): number | undefined => {
  if (typeof size === 'number') return size >= 0 ? safe(size) : undefined;
  const [, count, letter, tail] = /^(\d{1,15}) ?(?:([kmgt]?)(i?b)?)$/i.exec(size) ?? [];
  if (count === undefined || (!letter && tail?.length === 2)) return undefined;
  const base = tail?.length === 2 ? 1024 : 1000;
  return safe(Number(count) * base ** powers[(letter ?? '').toLowerCase() as keyof typeof powers]);
};

/** `"2026-01-31T12:00:00Z"` (ISO 8601, UTC; seconds and their fraction may be missing) in Unix ms; undefined for anything else. */
export const parseTime = (text: string): number | undefined => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text)) return undefined;
  const time = new Date(text);
  // Some engines take a 30th of February for a day in March.
  const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 16));
  return exists ? time.getTime() : undefined;
};

/** For people: `850ms`, `12.3s`, `1m 23s`, `2d 3h`. */
export const formatDuration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${tenths(ms / 1_000)}s`;
  const names = ['d', 'h', 'm', 's'] as const;
  let rest = Math.round(ms / 1_000) * 1_000;
  const parts = names.map(name => {
    const count = Math.floor(rest / msPerUnit[name]);
    rest -= count * msPerUnit[name];
    return { count, name };
  });
  const first = parts.findIndex(part => part.count > 0);
  return parts
    .slice(first, first + 2)
    .filter(part => part.count > 0)
    .map(part => `${part.count}${part.name}`)
    .join(' ');
};

/** For people, in powers of 1024: `512 B`, `1 MiB`, `1.5 GiB`. */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  while (power < units.length - 1 && tenths(bytes / 1024 ** power) >= 1024) power += 1;
  return `${power === 0 ? Math.round(bytes) : tenths(bytes / 1024 ** power)} ${units[power]}`;
};

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Also without the sign of -0, which JSON loses. */
const safe = (value: number): number | undefined => (Number.isSafeInteger(value) ? value + 0 : undefined);
