import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './processes.mjs';
import { SetupError } from './report.mjs';

// Under NODE_ENV=production npm would leave out the compiler, and under `npm run -s` it would not say why it failed.
const options = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the packages of package-lock.json unless exactly these are there already. */
export async function ensureNodeModules({ root, env, report }) {
  if (await isInstalled(root)) return report.found('node_modules', 'up to date');
  report.doing('node_modules: npm ci');
  const { code, output } = await execute('npm', ['ci', ...options], { cwd: root, env });
  if (code !== 0) throw new SetupError(`npm ci failed:\n${firstLines(output)}\nMend this, or run: npm ci`);
}

/** The reason; npm goes on with a page about its options. */
function firstLines(output) {
  return output.split('\n').slice(0, 12).join('\n');
}

export async function lockFileHash(root) {
  return createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');
}

/** npm writes what it installed to node_modules/.package-lock.json, last of all. */
async function isInstalled(root) {
  const [wanted, installed] = await Promise.all([
    readPackages(join(root, 'package-lock.json')),
    readPackages(join(root, 'node_modules', '.package-lock.json')).catch(() => ({})),
  ]);
  // Optional packages are left out on platforms that they are not for.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

async function readPackages(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}
