const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,234,567` */
export const formatCount = (count: number): string => grouped.format(count);

/** Rounded down, so that 100% means all of it: `99.9%`, `100%`. */
export const formatShare = (share: number): string => `${Math.floor(clamp(share) * 1_000) / 10}%`;

/** Time of day in UTC: `12:34:56Z`. */
export const formatClock = (time: number | string): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'unknown' : `${date.toISOString().slice(11, 19)}Z`;
};

/** `2026-01-31 12:34Z` */
export const formatMinute = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** `[█████░░░░░]`, `width` columns with its brackets. */
export const bar = (share: number, width: number): string => {
  const inner = Math.max(1, width - 2);
  const full = Math.floor(clamp(share) * inner);
  return `[${'█'.repeat(full)}${'░'.repeat(inner - full)}]`;
};

/** Milliseconds from one ISO time to another time; null when either isn't known. */
export const elapsed = (from: string | null, to: string | number | null): number | null => {
  if (from === null || to === null) return null;
  const ms = new Date(to).getTime() - new Date(from).getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
};

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
