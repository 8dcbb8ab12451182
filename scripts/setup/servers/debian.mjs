import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, findExecutables, lastLine, pathDirectories } from '../processes.mjs';
import { bundle } from './bundle.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const releases = /^(old)*(stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky)$/;
const limitMs = 60_000;

/**
 * Fetches packages of a Debian release, whatever release this machine has, with all that they depend on down to the C
 * library: apt in a state of its own checks the archive's signature and every package's hash, and needs no root.
 * Makes a directory for each of them that its server runs from.
 *
 * @returns by id, the directory made; or the reason why there is none, `skipped` when it could not be otherwise here
 */
export async function fromDebian({ suites, packages }, ids, { directory, env }) {
  const archive = await configuredArchive(env);
  if (archive.reason) return all(ids, { ...archive, skipped: true });
  const root = join(directory, 'root');
  const names = ids.map(id => packages[id][0]);
  const reason = await unpack({ directory, root, env }, sources(archive.url, suites), names);
  if (reason) return all(ids, { reason });
  const made = ids.map(async id => [id, await bundle(root, packages[id][1], join(directory, id), env)]);
  return Object.fromEntries(await Promise.all(made));
}

const all = (ids, result) => Object.fromEntries(ids.map(id => [id, result]));

/** The archive that apt is configured with, a mirror perhaps; it holds the other releases too. */
async function configuredArchive(env) {
  const [apt] = findExecutables('apt-get', pathDirectories(env));
  if (!apt || !existsSync(keyring)) return { reason: 'this machine is no Debian: no apt-get, or no Debian keyring' };
  const format = ['--format', '$(RELEASE) $(REPO_URI)', 'Created-By: Packages'];
  const { output } = await execute(apt, ['indextargets', ...format], { env });
  const lines = output.split('\n').map(line => line.split(' '));
  const [, url] = lines.find(([release]) => releases.test(release)) ?? [];
  return url ? { url } : { reason: 'no Debian archive is among the sources of apt' };
}

function sources(url, suites) {
  return suites.map(suite => `deb [signed-by=${keyring} target=Packages] ${url} ${suite} main\n`).join('');
}

/** @returns the reason when it could not */
async function unpack({ directory, root, env }, lines, names) {
  const config = await writeConfig(directory, lines);
  const run = (...args) => execute('apt-get', ['-c', config, ...args], { env, timeoutMs: limitMs });
  for (const args of [['update'], ['install', '--download-only', '--yes', ...names]]) {
    const { code, output } = await run(...args);
    if (code !== 0) return /^[EW]: .*$/m.exec(output)?.[0] ?? lastLine(output);
  }
  await mkdir(root);
  for (const name of (await readdir(join(directory, 'archives'))).filter(each => each.endsWith('.deb'))) {
    const extracted = await execute('dpkg-deb', ['-x', join(directory, 'archives', name), root], { env });
    if (extracted.code !== 0) return lastLine(extracted.output);
  }
}

/** Read after the machine's own configuration, whose proxies and credentials hold. With no package installed. */
async function writeConfig(directory, lines) {
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'archives', 'partial'), { recursive: true });
  await writeFile(join(directory, 'status'), '');
  await writeFile(join(directory, 'sources.list'), lines);
  const file = join(directory, 'apt.conf');
  await writeFile(
    file,
    `#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Update::Error-Mode "any";
Dir::State "${directory}";
Dir::State::lists "lists";
Dir::State::status "${join(directory, 'status')}";
Dir::Etc::sourcelist "${join(directory, 'sources.list')}";
Dir::Etc::sourceparts "-";
Dir::Cache "${directory}";
Dir::Cache::archives "archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Debug::NoLocking "true";
Acquire::Retries "0";
Acquire::http::Timeout "10";
Acquire::https::Timeout "10";
`,
  );
  return file;
}
