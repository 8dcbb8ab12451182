import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 5000;
const abandonedMs = 120_000;

/**
 * Runs `work` while holding a lock that other processes respect. The lock is a directory holding one file named after
 * its owner: it is moved into place with the file inside, which fails while another owner's file is there. A dead
 * owner's file is unlinked by its unique name, so two waiters can never take over from one another by mistake.
 */
export async function withLock(path, { onWait, pollMs = 200 } = {}, work) {
  const owner = `${process.pid}@${hostname()}@${randomUUID()}`;
  await acquire(path, owner, onWait, pollMs);
  const file = join(path, owner);
  const heartbeat = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await unlink(file).catch(() => {});
    // Another owner may already have moved in: then it isn't empty and stays.
    await rmdir(path).catch(() => {});
  }
}

async function acquire(path, owner, onWait, pollMs) {
  const prepared = `${path}.${process.pid}.${randomUUID()}`;
  await mkdir(prepared, { recursive: true });
  await writeFile(join(prepared, owner), '');
  let announced = false;
  while (!(await moveInto(prepared, path))) {
    if (await removeDeadOwner(path)) continue;
    if (!announced) onWait?.();
    announced = true;
    await sleep(pollMs);
  }
}

async function moveInto(prepared, path) {
  try {
    await rename(prepared, path);
    return true;
  } catch (error) {
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    await rm(prepared, { recursive: true, force: true });
    throw new Error(`could not lock ${dirname(path)}: ${error.message}`, { cause: error });
  }
}

async function removeDeadOwner(path) {
  const [owner] = await readdir(path).catch(() => []);
  if (!owner) return true;
  const { mtimeMs } = await stat(join(path, owner)).catch(() => ({ mtimeMs: Date.now() }));
  if (isAlive(owner) && Date.now() - mtimeMs < abandonedMs) return false;
  await unlink(join(path, owner)).catch(() => {});
  return true;
}

function isAlive(owner) {
  const [pid, host] = owner.split('@');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
