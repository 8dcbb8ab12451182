import { defineConfig } from 'vitest/config';
import { CiReporter } from './test/support/ci-reporter.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new CiReporter()],
    pool: 'forks',
    // One more than the cores that CI has: most of the time is spent waiting.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
