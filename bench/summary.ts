export interface Summary {
  runs: number;
  median: number;
  p90: number;
  worst: number;
}

/** Of times in ms, to the hundredth; null where nothing was measured. */
export function summary(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return {
    runs: sorted.length,
    median: rounded(quantile(sorted, 0.5)),
    p90: rounded(quantile(sorted, 0.9)),
    worst: rounded(quantile(sorted, 1)),
  };
}

/** How many times the one is the other. */
export const ratio = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || !other ? undefined : rounded(one / other);

/** Without those that nothing was measured for. */
export const known = (ratios: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(ratios).filter((it): it is [string, number] => it[1] !== undefined));

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
