import type { Address } from '../contract/address.js';
import { formatBytes, formatDuration } from '../contract/units.js';
import { code, prose } from './escape.js';
import type { Markdown } from './layout.js';

export const notKnown: Markdown = 'not known';

/** `2026-01-31 12:00:00 UTC`. */
export function time(iso: string | null): Markdown {
  if (iso === null) return notKnown;
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? prose(iso, 40) : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** From one time to the other; a dash where one is missing. */
export function between(from: string | null, to: string | null): Markdown {
  const ms = from === null || to === null ? Number.NaN : Date.parse(to) - Date.parse(from);
  return ms >= 0 ? formatDuration(ms) : '-';
}

/** `1,234,567`. */
export const count = (value: number | null): Markdown =>
  value === null ? notKnown : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 key`, `1,234 keys`. */
export const counted = (value: number, one: string, many = `${one}s`): Markdown =>
  `${count(value)} ${value === 1 ? one : many}`;

export const bytes = (value: number | null): Markdown => (value === null ? notKnown : formatBytes(value));

/** `host:port`, with brackets around an IPv6 host. */
export const address = ({ host, port }: Address): Markdown =>
  code(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** In ms or, below one, in microseconds. */
export function latency(ms: number | null): Markdown {
  if (ms === null) return notKnown;
  return ms >= 1 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms * 1000).toPrecision(3))} µs`;
}

export const pauseTime = (ms: number | null): Markdown => (ms === null ? notKnown : formatDuration(ms));

/** Rounded down, so that 100% means all of them. */
export const consistency = (share: number): Markdown => `${Math.floor(share * 1_000_000) / 10_000}%`;

export const percent = (share: number | null): Markdown =>
  share === null ? notKnown : `${Number((share * 100).toPrecision(3))}%`;

export const yesNo = (value: boolean): Markdown => (value ? 'yes' : 'no');
