import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { redisVersion } from '../test/lab/redis-binary.js';

/** What figures depend on, without saying whose machine it is. The load is the one before the run. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${platform()} ${release()} ${arch()}`,
  loadAverage: loadavg(),
});

export const versions = () => ({
  node: process.versions.node,
  redis: redisVersion(),
  temporalSdk: packageVersion('@temporalio/worker'),
});

function packageVersion(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const root = main.slice(0, main.indexOf(name) + name.length);
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}
