import { build } from '../../scripts/build.mjs';
import { projectRoot, setup as setUpMachine } from '../../scripts/setup.mjs';

/**
 * Makes a plain `npx vitest` find the same binaries and build as `npm test`. Test processes inherit the environment.
 * Type errors are shown but don't stop here, so that one test can be tried while another file is half-written.
 */
export async function setup(): Promise<void> {
  const { temporal, redisServer, servers } = await setUpMachine({ quiet: true, servers: 'daily' });
  process.env.TEMPORAL_CLI_PATH = temporal;
  process.env.REDIS_MIGRATION_REDIS_SERVER = redisServer;
  process.env.REDIS_MIGRATION_SERVERS = JSON.stringify(servers);
  await build({ root: projectRoot, lenient: true });
}
