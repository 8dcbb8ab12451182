/** How a migration ends for the servers. `left-promoted`: cancelled after the promotion. */
export type SettledAs = 'aborted' | 'completed' | 'rolled-back' | 'left-promoted';

/** What clean-up did and could not do. */
export interface Settlement {
  restored: { side: 'source' | 'target'; what: string; from: string; to: string }[];
  /** What stays, in words. */
  left: string[];
}
