import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const keptOutput = 65_536;
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command to its end and never throws: `code` is null when it could not start or was killed, and `output`
 * ends with the reason. With `timeoutMs` it gets a process group of its own, which is killed when the time is up or
 * this process is interrupted, so that nothing it started stays behind.
 */
export function execute(command, args, { env, cwd, timeoutMs, onLine } = {}) {
  return new Promise(resolve => {
    let output = '';
    const detached = timeoutMs !== undefined;
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached });
    const take = chunk => {
      output = (output + chunk).slice(-keptOutput);
      onLine?.(lastLine(output));
    };
    const release = detached ? limit(child, timeoutMs, () => take(`\nno end after ${timeoutMs / 1000} s`)) : () => {};
    const finish = code => {
      release();
      resolve({ code, output: output.trim() });
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', error => {
      take(error.message);
      finish(null);
    });
    child.on('close', finish);
  });
}

function limit(child, timeoutMs, onTimeout) {
  const timer = setTimeout(() => {
    onTimeout();
    killGroup(child);
  }, timeoutMs);
  const interrupt = signal => {
    release();
    killGroup(child);
    process.kill(process.pid, signal);
  };
  const release = () => {
    clearTimeout(timer);
    for (const signal of interrupts) process.off(signal, interrupt);
  };
  for (const signal of interrupts) process.on(signal, interrupt);
  return release;
}

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Last non-empty line of a command's output: usually the reason when it failed. */
export function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Every executable of that name, in the order of the directories. */
export function findExecutables(name, directories) {
  return directories.map(directory => join(directory, name)).filter(isExecutable);
}

export function pathDirectories(env) {
  return (env.PATH ?? '').split(delimiter).filter(Boolean);
}
