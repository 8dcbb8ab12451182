import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execute, lastLine } from '../processes.mjs';

// The server is asked for by a path of its own: the name that it is started under says what it is.
const launcher = `#!/bin/sh
here="\${0%/*}"
exec "$here/ld.so" --library-path "$here/lib" "$here/bin/redis-server" "$@"
`;

/**
 * Copies a server out of an unpacked release together with that release's loader and the libraries that it needs, so
 * that it runs wherever the kernel does.
 *
 * @returns the directory, in which `redis-server` starts it; or the reason why not
 */
export async function bundle(root, binary, directory, env) {
  const places = await libraryDirectories(root);
  const loader = await findLoader(places);
  if (!loader) return { reason: 'the C library has no loader that this script knows' };
  const server = join(root, 'usr', 'bin', binary);
  const { code, output } = await execute(loader, ['--library-path', places.join(':'), '--list', server], { env });
  const libraries = [...output.matchAll(/=> (\/.*) \(0x/g)].map(match => match[1]);
  if (code !== 0 || !libraries.every(path => path.startsWith(root))) return { reason: lastLine(output) };
  await mkdir(join(directory, 'lib'), { recursive: true });
  await mkdir(join(directory, 'bin'));
  await Promise.all(libraries.map(path => copyFile(path, join(directory, 'lib', basename(path)))));
  await copyFile(loader, join(directory, 'ld.so'));
  await copyFile(server, join(directory, 'bin', 'redis-server'));
  await writeFile(join(directory, 'redis-server'), launcher, { mode: 0o755 });
  return { directory };
}

async function libraryDirectories(root) {
  const found = [];
  for (const parent of [join(root, 'lib'), join(root, 'usr', 'lib')]) {
    const names = await readdir(parent).catch(() => []);
    found.push(...names.filter(name => name.endsWith('-linux-gnu')).map(name => join(parent, name)));
  }
  return found;
}

async function findLoader(directories) {
  for (const directory of directories) {
    const name = (await readdir(directory)).find(each => /^ld-linux-.*\.so\.\d+$/.test(each));
    if (name) return join(directory, name);
  }
}
