import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Lets `fill` make a `temporal` binary in a directory of its own beside `directory`, and moves it into place in one
 * step: whoever looks there sees a whole binary or none. The caller holds the lock of `directory`.
 */
export async function placeTemporal(directory, fill) {
  return withTemporary(directory, async temporary => {
    const { file, reason } = await fill(temporary);
    if (!file) return { reason };
    const path = join(directory, 'temporal');
    await chmod(file, 0o755);
    await mkdir(directory, { recursive: true });
    await rename(file, path);
    return { path };
  });
}

/** Gives `work` an empty directory beside `directory`, on the same file system; it is gone afterwards. */
export async function withTemporary(directory, work) {
  await mkdir(dirname(directory), { recursive: true });
  await removeLeftovers(directory);
  const temporary = await mkdtemp(`${directory}.tmp-`);
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What an interrupted set-up left half-made. */
async function removeLeftovers(directory) {
  const parent = dirname(directory);
  const left = (await readdir(parent)).filter(name => name.startsWith(`${basename(directory)}.tmp-`));
  await Promise.all(left.map(name => rm(join(parent, name), { recursive: true, force: true })));
}
