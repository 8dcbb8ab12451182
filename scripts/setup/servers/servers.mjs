import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../cache.mjs';
import { withLock } from '../lock.mjs';
import { withTemporary } from '../place.mjs';
import { execute, isExecutable, lastLine } from '../processes.mjs';
import { SetupError } from '../report.mjs';
import { readRefusals, writeRefusals } from './refusals.mjs';
import { origins, serverIds } from './table.mjs';

/**
 * Servers of other versions, by id (`6.2`, `valkey-8.1`): those named by REDIS_MIGRATION_SERVERS (JSON: paths by id),
 * the machine's own, those in the cache, and those that can be fetched now. One that can't be had doesn't stop the rest.
 *
 * @param context.retry `now`, or `daily`: what could not be had is not tried again on the same day
 * @returns paths by id, and for each that is missing the reason, `skipped` when nothing is wrong with that
 */
export async function ensureServers(context, { redisServer, retry }) {
  const directory = join(cacheDirectory(context.env), 'servers');
  const known = { ...context, directory, own: { [await identify(redisServer, context.env)]: redisServer } };
  const first = await look(known, retry);
  if (first.wanted.length === 0) return first;
  await mkdir(directory, { recursive: true });
  const onWait = () => context.report.doing('servers: waiting for another set-up that is getting them');
  return withLock(`${directory}.lock`, { onWait }, async () => {
    const { wanted } = await look(known, retry);
    if (wanted.length > 0) await fetchAll(known, wanted);
    return look(known, 'daily');
  });
}

/** What is there, what is not, and what of that is worth a try. */
async function look({ directory, env, own }, retry) {
  const cached = Object.fromEntries(serverIds.map(id => [id, inCache(directory, id)]));
  const found = { ...cached, ...own, ...readNamed(env) };
  const servers = Object.fromEntries(Object.entries(found).filter(([, path]) => path));
  const refused = await readRefusals(directory);
  const lacking = serverIds.filter(id => !found[id]);
  const missing = lacking.filter(id => refused[id]).map(id => ({ id, ...refused[id] }));
  const wanted = retry === 'now' ? lacking : lacking.filter(id => !refused[id]);
  return { servers, missing, wanted };
}

function inCache(directory, id) {
  const path = join(directory, id, 'redis-server');
  return isExecutable(path) ? path : undefined;
}

function readNamed({ REDIS_MIGRATION_SERVERS: text }) {
  if (!text) return {};
  let named;
  try {
    named = JSON.parse(text);
  } catch {
    throw new SetupError(`REDIS_MIGRATION_SERVERS is no JSON: give paths by version, {"6.2":"/path/to/redis-server"}.`);
  }
  for (const [id, path] of Object.entries(named))
    if (!isExecutable(path)) throw new SetupError(`REDIS_MIGRATION_SERVERS names ${path} for ${id}: no executable.`);
  return named;
}

async function fetchAll({ env, report, directory }, wanted) {
  report.doing(`servers of other versions: fetching ${wanted.join(', ')}`);
  const results = await Promise.all(
    origins.map(origin => {
      const ids = Object.keys(origin.packages).filter(id => wanted.includes(id));
      return ids.length > 0 ? fetchFrom(origin, ids, directory, env) : {};
    }),
  );
  await writeRefusals(directory, Object.assign({}, ...results));
}

async function fetchFrom(origin, ids, directory, env) {
  return withTemporary(join(directory, `fetch-${ids[0]}`), async temporary => {
    const made = await origin.fetch(origin, ids, { directory: temporary, env });
    const placed = ids.map(async id => [id, await place(made[id], id, directory, env)]);
    return Object.fromEntries(await Promise.all(placed));
  });
}

/** Moves a server into the cache in one step, once it has said that it is the one. */
async function place(made, id, directory, env) {
  if (made.reason) return made;
  const is = await identify(join(made.directory, 'redis-server'), env);
  if (is !== id) return { reason: `what came says that it is ${is}` };
  await rm(join(directory, id), { recursive: true, force: true });
  await rename(made.directory, join(directory, id));
  return {};
}

/** `7.0` for Redis 7.0.15, `valkey-8.1` for Valkey 8.1.1; or what it answered instead of a version. */
async function identify(path, env) {
  const { output } = await execute(path, ['--version'], { env, timeoutMs: 10_000 });
  const version = /\bv=(\d+\.\d+)\./.exec(output)?.[1];
  if (!version) return `"${lastLine(output)}"`;
  return /^valkey/i.test(output) ? `valkey-${version}` : version;
}
