import type { MetricsWindow } from './window.js';

export interface Comparison {
  /** The source before the migration changed anything; null when it was not measured. */
  baseline: MetricsWindow | null;
  /** The target since the cutover. */
  now: MetricsWindow;
  /** Share of the commands, 0 to 1. */
  maxErrorRate: number;
  maxLatency: { ms: number } | { times: number };
}

export interface ComparisonResult {
  regression: boolean;
  findings: string[];
}

export interface Finding {
  regression: boolean;
  text: string;
}

/** Fewer commands say nothing about a rate or a mean. */
export const fewestCommands = 100;
