import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache.mjs';
import { findPackageManager, manualCommands, privilege, runAttempt } from './packages.mjs';
import { execute, findExecutables, isExecutable, lastLine, pathDirectories } from './processes.mjs';
import { SetupError } from './report.mjs';

const minimum = [6, 2];
const usualPlaces = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/usr/sbin', '/snap/bin'];

/** Path of a redis-server that is new enough: the one named, one on this machine, or one installed now. */
export async function ensureRedisServer({ env, report, places = usualPlaces }) {
  const named = env.REDIS_MIGRATION_REDIS_SERVER;
  if (named) return accept(await examine(named, env), report, 'REDIS_MIGRATION_REDIS_SERVER names');
  const context = { env, report, places };
  const found = await findRedisServer(context);
  return accept(found.path ? found : await install(context, found.refused), report);
}

function accept({ path, version, reason }, report, how) {
  if (reason) throw new SetupError(`${how} ${path}, ${reason}. Unset it, or name a redis-server from 6.2 on.`);
  report.found('redis-server', `${version.join('.')} at ${path}`);
  return path;
}

/** Looks on PATH, then where installers put it, then for the one that comes without a service. */
async function findRedisServer({ env, places }) {
  const refused = [];
  await linkDebianServer(env, places);
  const directories = [...new Set([...pathDirectories(env), ...places, linkDirectory(env)])];
  for (const path of findExecutables('redis-server', directories)) {
    const server = await examine(path, env);
    if (!server.reason) return server;
    refused.push(`${path} ${server.reason}`);
  }
  return { refused };
}

async function examine(path, env) {
  if (!isExecutable(path)) return { path, reason: 'which is no executable file' };
  const { output } = await execute(path, ['--version'], { env, timeoutMs: 10_000 });
  const version = /\bv=(\d+)\.(\d+)\.(\d+)/.exec(output)?.slice(1).map(Number);
  if (!version) return { path, reason: `which answers --version with "${lastLine(output)}"` };
  const tooOld = version[0] < minimum[0] || (version[0] === minimum[0] && version[1] < minimum[1]);
  return tooOld ? { path, version, reason: `which is ${version.join('.')}, older than 6.2` } : { path, version };
}

async function install(context, refused) {
  const { env, report } = context;
  const manager = findPackageManager(env);
  if (!manager) throw missing('no package manager that this script knows is on PATH', manualCommands, refused);
  const prefix = await privilege(manager, env);
  if (!prefix) throw missing('it needs root, which sudo does not give without a password', [manager.manual], refused);
  let said = '';
  for (const attempt of manager.attempts) {
    report.doing(`redis-server: ${[...prefix, manager.command, ...attempt.at(-1)].join(' ')}`);
    said = (await runAttempt(manager, attempt, prefix, env)).output;
    const found = await findRedisServer(context);
    if (found.path) return found;
  }
  throw missing(`${manager.command} did not bring one: ${lastLine(said)}`, [manager.manual], refused);
}

function missing(why, commands, refused) {
  const seen = refused.length > 0 ? `\nFound, but no use: ${refused.join('; ')}.` : '';
  const advice = commands.map(command => `\n  ${command}`).join('');
  return new SetupError(
    `redis-server 6.2 or newer is missing, and could not be installed: ${why}.${seen}\n` +
      `Install it${commands.length > 1 ? ' in one of these ways' : ''}, then run this again:${advice}\n` +
      'Or name one with REDIS_MIGRATION_REDIS_SERVER=/path/to/redis-server.',
  );
}

/** In redis-tools the server is called redis-check-rdb: the binary is what the name it is started under says. */
async function linkDebianServer(env, places) {
  const [tool] = findExecutables('redis-check-rdb', places);
  if (!tool || findExecutables('redis-server', [dirname(tool), linkDirectory(env)]).length > 0) return;
  await mkdir(linkDirectory(env), { recursive: true });
  const link = join(linkDirectory(env), 'redis-server');
  // It may point to one that was uninstalled since.
  await rm(link, { force: true });
  await symlink(tool, link);
}

function linkDirectory(env) {
  return join(cacheDirectory(env), 'redis');
}
