import type { Benchmark } from './benchmark.js';
import { cutover } from './cutover.js';

/** Every benchmark by its name: one file each. */
export const benchmarks: Record<string, Benchmark> = { cutover };
