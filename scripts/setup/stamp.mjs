import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lockFileHash } from './node-modules.mjs';

/** Remembers what was set up, so that the next run only has to look whether it is still there. */
export async function writeStamp({ root, env }, binaries) {
  const stamp = { basis: await basis(root), named: named(env), binaries, sizes: await sizes(binaries) };
  const file = stampFile(root);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(stamp));
  await rename(`${file}.${process.pid}`, file);
}

/** The binaries of the last set-up, or undefined when anything that it depended on has changed since. */
export async function readStamp({ root, env }) {
  try {
    const stamp = JSON.parse(await readFile(stampFile(root), 'utf8'));
    const { temporal, redisServer } = stamp.binaries;
    // Naming what was found anyway changes nothing: run.mjs does so for the processes it starts.
    const asNamed = [stamp.named, [temporal, redisServer]].some(each => isDeepStrictEqual(each, named(env)));
    const now = [await basis(root), await sizes(stamp.binaries)];
    return asNamed && isDeepStrictEqual(now, [stamp.basis, stamp.sizes]) ? stamp.binaries : undefined;
  } catch {
    return undefined;
  }
}

async function basis(root) {
  return `${await lockFileHash(root)} ${process.version}`;
}

function named(env) {
  return [env.TEMPORAL_CLI_PATH ?? '', env.REDIS_MIGRATION_REDIS_SERVER ?? ''];
}

/** A binary that was replaced by another has another size, in all likelihood. */
async function sizes({ temporal, redisServer }) {
  return Promise.all([temporal, redisServer].map(async path => (await stat(path)).size));
}

function stampFile(root) {
  return join(root, 'node_modules', '.cache', 'temporal-redis-migration', 'setup.json');
}
