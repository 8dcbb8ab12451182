import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from './cache.mjs';
import { withLock } from './lock.mjs';
import { execute, findExecutables, isExecutable, lastLine, pathDirectories } from './processes.mjs';
import { SetupError } from './report.mjs';
import { downloadTemporal } from './temporal-download.mjs';
import { compileTemporal } from './temporal-source.mjs';

/** The newest release that `go install` can build; later ones use replace directives. */
export const temporalVersion = '1.5.1';

/** Path of a working `temporal` binary: the one named, one on this machine, or one fetched or compiled now. */
export async function ensureTemporal(context) {
  const named = context.env.TEMPORAL_CLI_PATH;
  if (named) return acceptNamed(await examine(named, context.env), context.report);
  const tried = [];
  const found = (await firstThatWorks([fromPath, fromCache], context, tried)) ?? (await provide(context, tried));
  context.report.found('temporal', `${found.version} at ${found.path}`);
  return found.path;
}

function acceptNamed({ path, version, reason }, report) {
  if (reason) throw new SetupError(`TEMPORAL_CLI_PATH names ${path}, ${reason}. Unset it, or name a temporal binary.`);
  report.found('temporal', `${version} at ${path}`);
  return path;
}

/** Another terminal may be at it: only one works, the others wait for its result. */
async function provide(context, tried) {
  const { env, report } = context;
  const directory = join(cacheDirectory(env), `temporal-${temporalVersion}`);
  await mkdir(cacheDirectory(env), { recursive: true });
  const onWait = () => report.doing('temporal: waiting for another set-up that is getting it');
  const found = await withLock(`${directory}.lock`, { onWait }, () =>
    firstThatWorks([fromCache, fromDownload, fromSource], { ...context, directory }, tried),
  );
  if (found) return found;
  throw missing(tried);
}

async function firstThatWorks(ways, context, tried) {
  for (const way of ways) {
    const { name, path, reason } = await way(context);
    const candidate = path ? await examine(path, context.env) : { reason };
    if (!candidate.reason) return candidate;
    const said = `${name}: ${path ? `${path}, ` : ''}${candidate.reason}`;
    if (!tried.includes(said)) tried.push(said);
  }
}

async function fromPath({ env }) {
  const [path] = findExecutables('temporal', pathDirectories(env));
  return { name: 'PATH', path, reason: 'has no temporal' };
}

async function fromCache({ env }) {
  const path = join(cacheDirectory(env), `temporal-${temporalVersion}`, 'temporal');
  return { name: `cache ${path}`, path: isExecutable(path) ? path : undefined, reason: 'nothing there yet' };
}

async function fromDownload({ directory, env, report }) {
  return {
    name: "the SDK's download",
    ...(await downloadTemporal({ directory, env, report, version: temporalVersion })),
  };
}

async function fromSource({ directory, env, report }) {
  return { name: 'go install', ...(await compileTemporal({ directory, env, report, version: temporalVersion })) };
}

async function examine(path, env) {
  if (!isExecutable(path)) return { path, reason: 'which is no executable file' };
  const { output } = await execute(path, ['--version'], { env, timeoutMs: 20_000 });
  const version = /^temporal version (.*)/m.exec(output)?.[1];
  return version ? { path, version } : { path, reason: `which answers --version with "${lastLine(output)}"` };
}

function missing(tried) {
  const lines = ['TEMPORAL_CLI_PATH: not set', ...tried].map(line => `\n  ${line}`).join('');
  return new SetupError(
    `no temporal binary could be found or made. Tried:${lines}\n` +
      'Install the Temporal CLI (docs.temporal.io/cli) or Go 1.24 or newer, or set TEMPORAL_CLI_PATH, then run this again.',
  );
}
