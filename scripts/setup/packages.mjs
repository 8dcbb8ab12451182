import { execute, findExecutables, pathDirectories } from './processes.mjs';

// redis-tools holds Debian's server binary without the service that would start on port 6379.
const aptOptions = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];

/** Package managers in the order they are looked for, and how each of them installs Redis. */
const managers = [
  {
    command: 'apt-get',
    attempts: [[['update'], [...aptOptions, 'redis-tools']], [[...aptOptions, 'redis-server']]],
    manual: 'sudo apt-get update && sudo apt-get install -y redis-server',
  },
  { command: 'dnf', attempts: [[['install', '-y', 'redis']]], manual: 'sudo dnf install -y redis' },
  { command: 'yum', attempts: [[['install', '-y', 'redis']]], manual: 'sudo yum install -y redis' },
  { command: 'apk', attempts: [[['add', '--no-cache', 'redis']]], manual: 'sudo apk add redis' },
  { command: 'pacman', attempts: [[['-Sy', '--noconfirm', 'redis']]], manual: 'sudo pacman -Sy redis' },
  { command: 'brew', attempts: [[['install', 'redis']]], manual: 'brew install redis', asUser: true },
];

export const manualCommands = managers.map(manager => manager.manual);

export function findPackageManager(env) {
  return managers.find(({ command }) => findExecutables(command, pathDirectories(env)).length > 0);
}

/** What to put before a package manager's command so that it may install: nothing, `sudo -n`, or null when it may not. */
export async function privilege(manager, env) {
  if (manager.asUser || process.getuid?.() === 0) return [];
  const { code } = await execute('sudo', ['-n', 'true'], { env });
  return code === 0 ? ['sudo', '-n'] : null;
}

/** Runs one attempt's commands in turn; an outdated index is no reason to stop, the last command decides. */
export async function runAttempt(manager, attempt, prefix, env) {
  // RUNLEVEL=1 is single-user mode: packages that bring a service then don't start it.
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  let result;
  for (const args of attempt) {
    const [command, ...rest] = [...prefix, ...settings, manager.command, ...args];
    result = await execute(command, rest, { env });
  }
  return result;
}
