import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './setup/lock.mjs';
import { failWith, isMain } from './setup/main.mjs';
import { execute } from './setup/processes.mjs';
import { createReport, SetupError } from './setup/report.mjs';

const inputs = ['src', 'workflows', 'activities', 'worker', 'bench', 'soak', 'examples', 'test'];
const settings = ['tsconfig.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/bundle.mjs'];
const bundler = fileURLToPath(new URL('bundle.mjs', import.meta.url));

/**
 * Compiles into dist/ and bundles the workflows, unless dist/ is newer than everything it is made from.
 * With `lenient`, type errors are only shown: what was compiled despite them is left to be tried out.
 *
 * @throws SetupError with what the compiler or the bundler said
 */
export async function build({ root, quiet = false, lenient = false }) {
  if (await isFresh(root)) return;
  const report = createReport({ quiet });
  const onWait = () => report.doing('waiting for another build of this checkout');
  await withLock(join(root, 'dist', '.build-lock'), { onWait }, async () => {
    if (!(await isFresh(root))) await rebuild(root, report, lenient);
  });
}

async function rebuild(root, report, lenient) {
  report.doing('building dist');
  // Taken before compiling: what is edited meanwhile makes the next build.
  const print = await fingerprint(root);
  await rm(stampFile(root), { force: true });
  const complaints = [];
  for (const step of [compile, bundle]) {
    const complaint = await step(root);
    if (complaint && !lenient) throw new SetupError(complaint);
    if (complaint) complaints.push(complaint);
  }
  if (complaints.length > 0) console.error(complaints.join('\n'));
  else await writeFile(stampFile(root), print);
}

/** What the compiler complained about, if anything; it writes its output all the same. */
async function compile(root) {
  const incremental = ['--incremental', '--tsBuildInfoFile', join('dist', '.tsbuildinfo')];
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const { code, output } = await execute(compiler, ['-p', 'tsconfig.json', ...incremental], { cwd: root });
  return code === 0 ? undefined : `The types don't fit together:\n${output}`;
}

async function bundle(root) {
  const { code, output } = await execute(process.execPath, [bundler], { cwd: root });
  return code === 0 ? undefined : `The workflows could not be bundled:\n${output}`;
}

async function isFresh(root) {
  const stamp = await readFile(stampFile(root), 'utf8').catch(() => undefined);
  return stamp !== undefined && stamp === (await fingerprint(root));
}

/** Changes when a source is edited, added or removed; sizes and times are enough, contents need not be read. */
async function fingerprint(root) {
  const listed = await Promise.all(inputs.map(input => sourcesIn(root, input)));
  const described = [...listed.flat().sort(), ...settings].map(async file => {
    const { size, mtimeMs } = await stat(join(root, file)).catch(() => ({}));
    return `${file} ${size} ${mtimeMs}`;
  });
  return createHash('sha256')
    .update((await Promise.all(described)).join('\n'))
    .digest('hex');
}

async function sourcesIn(root, directory) {
  const names = await readdir(join(root, directory), { recursive: true }).catch(() => []);
  return names.filter(name => /\.[cm]?tsx?$/.test(name)).map(name => join(directory, name));
}

function stampFile(root) {
  return join(root, 'dist', '.stamp');
}

if (isMain(import.meta.url)) {
  await build({ root: fileURLToPath(new URL('..', import.meta.url)) }).catch(failWith);
}
