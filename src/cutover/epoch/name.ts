/** One attempt's place in time. */
export interface Epoch {
  /** When Temporal scheduled the attempt, in Unix ms. */
  scheduledAt: number;
  attempt: number;
}

/** Later ones come later in the alphabet. */
export const epochName = ({ scheduledAt, attempt }: Epoch): string =>
  `migration-${String(scheduledAt).padStart(14, '0')}-${String(attempt).padStart(6, '0')}`;

const pattern = /^migration-\d{14}-\d{6}$/;
export const isEpochName = (name: string): boolean => pattern.test(name);
