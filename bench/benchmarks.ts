import type { Benchmark } from './benchmark.js';
import { copy } from './copy.js';
import { cutover } from './cutover.js';
import { faults } from './faults.js';
import { live } from './live.js';
import { memory } from './memory.js';
import { migrate } from './migrate.js';
import { overhead } from './overhead.js';
import { rdb } from './rdb.js';
import { verify } from './verify.js';

/** Every benchmark by its name: one file each. */
export const benchmarks: Record<string, Benchmark> = {
  cutover,
  overhead,
  verify,
  copy,
  migrate,
  rdb,
  live,
  memory,
  faults,
};
