import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './setup/lock.mjs';
import { failWith, isMain } from './setup/main.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureRedisServer } from './setup/redis.mjs';
import { createReport, SetupError } from './setup/report.mjs';
import { ensureServers } from './setup/servers/servers.mjs';
import { readStamp, writeStamp } from './setup/stamp.mjs';
import { ensureTemporal } from './setup/temporal.mjs';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/**
 * Installs what this project lacks on this machine: its packages, a redis-server and a `temporal` binary.
 * With nothing to do it only checks that all is still there. `fresh` looks for everything anew, `quiet` reports only
 * what had to be done, `places` replaces the directories beyond PATH in which redis-server is looked for. `servers`
 * asks for servers of other versions too: `now`, or `daily`, which doesn't try again on the day of a failure. One that
 * can't be had is named, and no failure.
 *
 * @throws SetupError with a message that says what happened and what to do
 */
export async function setup(options = {}) {
  requireNode();
  const { root = projectRoot, env = process.env, fresh = false, quiet = false, places, servers: retry } = options;
  const context = { root, env, places, report: createReport({ quiet }) };
  const known = fresh ? undefined : await readStamp(context);
  const binaries = known ? describe(known, context.report) : await lockedWhile(context, () => install(context, fresh));
  if (!retry) return binaries;
  const { servers, missing } = await ensureServers(context, { redisServer: binaries.redisServer, retry });
  describeServers(servers, missing, context.report);
  return { ...binaries, servers, missing };
}

/** Only the packages, for scripts that start neither Redis nor Temporal. */
export async function setupPackages({ root = projectRoot, env = process.env, quiet = false } = {}) {
  requireNode();
  const context = { root, env, report: createReport({ quiet }) };
  if (!(await readStamp(context))) await lockedWhile(context, () => ensureNodeModules(context));
}

// Under dist/, which belongs to the checkout and is ignored by git; `npm ci` empties node_modules.
function lockedWhile({ root, report }, work) {
  const onWait = () => report.doing('waiting for another set-up of this checkout');
  return withLock(join(root, 'dist', '.setup-lock'), { onWait }, work);
}

async function install(context, fresh) {
  const known = fresh ? undefined : await readStamp(context);
  if (known) return describe(known, context.report);
  await ensureNodeModules(context);
  const redisServer = await ensureRedisServer(context);
  const binaries = { temporal: await ensureTemporal(context), redisServer };
  await writeStamp(context, binaries);
  return binaries;
}

function describe(binaries, report) {
  report.found('node_modules', 'up to date');
  report.found('redis-server', binaries.redisServer);
  report.found('temporal', binaries.temporal);
  return binaries;
}

function describeServers(servers, missing, report) {
  for (const [id, path] of Object.entries(servers)) report.found(`server ${id}`, path);
  for (const { id, reason } of missing)
    report.doing(`server ${id}: not to be had here, its tests are skipped: ${reason}`);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 3)) return;
  throw new SetupError(`Node ${process.version} is too old: install Node 20.3 or newer.`);
}

async function main(args) {
  const known = ['--json', '--fresh', '--servers'];
  const unknown = args.filter(arg => !known.includes(arg));
  if (unknown.length > 0) throw new SetupError(`unknown option ${unknown.join(' ')}; known are ${known.join(', ')}`);
  const servers = args.includes('--servers') ? 'now' : undefined;
  const { missing = [], ...binaries } = await setup({ fresh: args.includes('--fresh'), servers });
  if (args.includes('--json')) console.log(JSON.stringify(binaries));
  const failed = missing.filter(({ skipped }) => !skipped).map(({ id }) => id);
  if (failed.length > 0) throw new SetupError(`Could not be fetched: ${failed.join(', ')}. The reasons are above.`);
}

if (isMain(import.meta.url)) await main(process.argv.slice(2)).catch(failWith);
