import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The development server that `run` or `dev` started, for the other commands of this user to find. */
export interface ServerState {
  pid: number;
  address: string;
  uiUrl: string;
  dbFilename: string;
}

/** `--state-dir`, else REDIS_MIGRATION_STATE_DIR, else the user's own place for such things. */
export const stateDirectory = (env: NodeJS.ProcessEnv, flag?: string): string => {
  const base = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  return flag ?? (env.REDIS_MIGRATION_STATE_DIR || join(base, 'temporal-redis-migration'));
};

/** The server that still runs, if one does. */
export const livingServer = async (directory: string): Promise<ServerState | null> => {
  const state = await readState(directory);
  return state?.address && isAlive(state.pid) ? (state as ServerState) : null;
};

/**
 * Makes the caller the one that may start a server with this directory: two on one database would fight.
 * Null when it is; else the process that already is, or is about to.
 */
export const claim = async (directory: string): Promise<{ pid: number } | null> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    await writeFile(fileIn(directory), JSON.stringify({ pid: process.pid }), { flag: 'wx' });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await readState(directory);
  if (holder && isAlive(holder.pid)) return holder;
  await release(directory);
  return claim(directory);
};

export const writeState = async (directory: string, state: ServerState): Promise<void> => {
  const file = fileIn(directory);
  await writeFile(`${file}.new`, JSON.stringify(state));
  await rename(`${file}.new`, file);
};

export const release = (directory: string): Promise<void> => rm(fileIn(directory), { force: true });

const readState = async (directory: string): Promise<(Partial<ServerState> & { pid: number }) | null> => {
  try {
    const state: unknown = JSON.parse(await readFile(fileIn(directory), 'utf8'));
    return state !== null && typeof state === 'object' && 'pid' in state ? (state as ServerState) : null;
  } catch {
    // None, or half written by a process that died: then there is nothing to find.
    return null;
  }
};

const fileIn = (directory: string): string => join(directory, 'dev-server.json');

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
