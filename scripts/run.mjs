import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { failWith } from './setup/main.mjs';
import { SetupError } from './setup/report.mjs';
import { projectRoot, setup, setupPackages } from './setup.mjs';

/** What `node scripts/run.mjs NAME [arguments]` can start. Each installs and builds what it needs first. */
const commands = {
  demo: args => runEntry('examples/demo.js', args, installAll),
  bench: args => runEntry('bench/main.js', args, installAll),
  soak: args => runEntry('soak/main.js', args, installServers),
  // These two work with servers that are there already: on such a machine nothing else gets installed.
  worker: args => runEntry('worker/main.js', args, setupPackages),
  cli: args => runEntry('src/cli/main.js', args, setupPackages),
  build: () => prepare(setupPackages),
  lint: args => runTool('biome', ['check', '.', ...args]),
  format: args => runTool('biome', ['check', '--write', '.', ...args]),
  test: runTests,
};

async function prepare(install) {
  await install({ quiet: true });
  await build({ root: projectRoot });
}

/** Sets up everything, and says where the binaries are to whatever is started next. */
async function installAll(options) {
  const { temporal, redisServer, servers } = await setup(options);
  process.env.TEMPORAL_CLI_PATH = temporal;
  process.env.REDIS_MIGRATION_REDIS_SERVER = redisServer;
  if (servers) process.env.REDIS_MIGRATION_SERVERS = JSON.stringify(servers);
}

const installServers = options => installAll({ ...options, servers: 'daily' });

/** In this very process, so that signals and standard input reach the program itself. */
async function runEntry(entry, args, install) {
  await prepare(install);
  const file = join(projectRoot, 'dist', entry);
  if (!existsSync(file)) throw new SetupError(`There is no ${join('dist', entry)}: this checkout has no such program.`);
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}

async function runTests(args) {
  await installServers({ quiet: true });
  await tool('biome', ['check', '.']);
  await build({ root: projectRoot });
  await tool('vitest', ['run', ...args]);
}

async function runTool(name, args) {
  await setupPackages({ quiet: true });
  await tool(name, args);
}

/** Runs a tool of node_modules with this terminal, and ends with its exit code when it fails. */
function tool(name, args) {
  return new Promise((resolve, reject) => {
    const command = join(projectRoot, 'node_modules', '.bin', name);
    const child = spawn(command, args, { cwd: projectRoot, stdio: 'inherit' });
    // A terminal's Ctrl-C reaches the child by itself; a second one would make it stop the hard way.
    const forward = signal => signal === 'SIGTERM' && child.kill(signal);
    process.on('SIGTERM', forward).on('SIGINT', forward);
    child.on('error', reject);
    child.on('close', code => {
      process.off('SIGTERM', forward).off('SIGINT', forward);
      if (code !== 0) process.exit(code ?? 1);
      resolve();
    });
  });
}

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? '')) {
  console.error(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  process.exit(2);
}
await commands[name](args).catch(failWith);
