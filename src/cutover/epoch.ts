import { createHash, randomBytes } from 'node:crypto';
import { MigrationError } from '../contract/errors.js';
import { connect, type Server } from '../server/connect.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';

/**
 * Fencing of stale attempts. A worker that was stopped while its activity was retried elsewhere still runs its next act
 * when it goes on. So each attempt acts as an ACL user of its own, named by when Temporal scheduled it, and deletes the
 * users of earlier attempts before it looks at anything: the server then cuts their connections, also while paused or
 * parked. An attempt that finds a later user stops. https://redis.io/docs/latest/commands/acl-deluser/
 */
export interface Epoch {
  /** When Temporal scheduled the attempt, in Unix ms. */
  scheduledAt: number;
  attempt: number;
}

/** The server as this attempt may touch it. */
export interface Held {
  /** Logged in as the epoch's user: dies with it. Every act goes through here. */
  critical: Server;
  /** Logged in as the configured user: reads only. */
  admin: Server;
  runId: string;
  /** The epoch's user. */
  user: string;
}

const prefix = 'migration-';
/** What an attempt does on a server, and nothing else. */
const rights = '+info +replicaof +client +config +multi +exec +ping +get +set +del +eval'.split(' ');

export const epochUser = ({ scheduledAt, attempt }: Epoch): string =>
  `${prefix}${String(scheduledAt).padStart(14, '0')}-${String(attempt).padStart(6, '0')}`;

/** Longer than this from the look to the hold, and the worker was stopped meanwhile; less than any heartbeat timeout and its wait. */
const staleAfterMs = 3000;

/** What keeps an attempt that nobody wants any more from acting after the clean-up, which takes the users away. */
export interface Freshness {
  /** When the attempt last knew that it was wanted, by `performance.now()`. @default now */
  since?: number;
  /** It saw users of epochs on this very process: none now means that the clean-up has been. @default false */
  joined?: boolean;
}

/**
 * Takes a server for this epoch: afterwards no earlier attempt can act on it.
 * @throws MigrationError Superseded, Unreachable, PermissionMissing, ...
 */
export async function holdServer(
  endpoint: Endpoint,
  epoch: Epoch,
  timeoutMs: number,
  { since = performance.now(), joined = false }: Freshness = {},
): Promise<Held> {
  const user = epochUser(epoch);
  const admin = await connect(endpoint, { name: `redis-migration:${user}`, timeoutMs });
  try {
    await refuseLater(admin, user);
    if (joined && !(await hasEpochUsers(admin))) throw superseded(admin, 'The migration has ended');
    const password = await createUser(admin, user);
    const critical = await connect(
      { ...endpoint, username: user, password },
      { name: `redis-migration:${user}`, timeoutMs },
    );
    try {
      await refuseLater(admin, user);
      await refuseLate(admin, user, since);
      await deleteUsers(admin, name => name < user);
      return { critical, admin, runId: await readRunId(critical), user };
    } catch (error) {
      critical.close();
      throw error;
    }
  } catch (error) {
    admin.close();
    throw error instanceof MigrationError && error.type === 'Unreachable' ? new LostWhileTaken(error) : error;
  }
}

/** It could be reached at first: so it isn't known to be gone. */
export class LostWhileTaken extends MigrationError {
  constructor(cause: MigrationError) {
    super('Unreachable', cause.message, { cause });
  }
}

/** Ends the attempt's connections. Its user stays, with a password that nobody has: an earlier attempt must find it. */
export function releaseServer({ critical, admin }: Held): void {
  critical.close();
  admin.close();
}

/** The server still answers, and the epoch's user is gone: somebody later has taken over, and cleaned up perhaps. */
export async function isFencedOff({ critical, admin, user }: Held): Promise<boolean> {
  if (critical.isOpen || !admin.isOpen) return false;
  const names = await epochUsers(admin).catch(() => null);
  return names !== null && !names.includes(user);
}

/** Clean-up at the very end: removes every epoch's user. */
export async function removeEpochUsers(admin: Server): Promise<number> {
  return deleteUsers(admin, () => true);
}

async function createUser(admin: Server, user: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  const hash = createHash('sha256').update(password).digest('hex');
  await admin.call('ACL', 'SETUSER', user, 'reset', 'on', `#${hash}`, '~__redis-migration:*', '-@all', ...rights);
  return password;
}

async function refuseLater(admin: Server, user: string): Promise<void> {
  const later = (await epochUsers(admin)).find(name => name > user);
  if (later)
    throw new MigrationError('Superseded', `A later attempt (${later}) has taken over ${addressOf(admin.endpoint)}.`);
}

async function refuseLate(admin: Server, user: string, since: number): Promise<void> {
  if (performance.now() - since <= staleAfterMs) return;
  await deleteUsers(admin, name => name === user);
  throw superseded(admin, 'It took too long');
}

const superseded = ({ endpoint }: Server, why: string): MigrationError =>
  new MigrationError('Superseded', `${why}: ${addressOf(endpoint)} is left alone.`);

/** Whether a migration has taken the server, and not yet cleaned up. */
export const hasEpochUsers = async (admin: Server): Promise<boolean> => (await epochUsers(admin)).length > 0;

async function deleteUsers(admin: Server, which: (name: string) => boolean): Promise<number> {
  const names = (await epochUsers(admin)).filter(which);
  return names.length === 0 ? 0 : Number(await admin.call('ACL', 'DELUSER', ...names));
}

const epochPattern = /^migration-\d{14}-\d{6}$/;
const epochUsers = async (admin: Server): Promise<string[]> =>
  ((await admin.call('ACL', 'USERS')) as string[]).filter(name => epochPattern.test(name));

async function readRunId(server: Server): Promise<string> {
  return /run_id:(\w+)/.exec(String(await server.call('INFO', 'server')))?.[1] ?? '';
}
