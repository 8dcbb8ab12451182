import { MigrationError } from '../../contract/errors.js';
import type { Server } from '../../server/connect.js';
import { addressOf } from '../../server/endpoint.js';
import { replyError } from '../../server/failures.js';
import { connections, markIn, markSetting } from './connections.js';
import type { EpochForm } from './form.js';
import { isEpochName } from './name.js';
import { users } from './users.js';

/** None of it does anything, whoever may do it: there is no such user, and no such modifier. */
const tries = [
  ['ACL', 'DELUSER', 'migration-none'],
  ['ACL', 'SETUSER', 'migration-none', 'no-such-modifier'],
];

/**
 * Users where the configured user may keep them, else names of connections. A server that was taken in the second form
 * stays with it, should rights be granted meanwhile: its earlier attempts have no users.
 * @throws MigrationError PermissionMissing when the mark of the second form has no place
 */
export async function chooseForm(admin: Server): Promise<EpochForm> {
  const [setting, ...replies] = await admin.pipeline([connections.ask, users.ask, ...tries]);
  refusedOrLost(admin, 'CONFIG GET', setting);
  // A connection that broke has not said who may do what.
  for (const reply of replies) if (!isRefusal(reply)) refusedOrLost(admin, 'ACL', reply);
  const mark = markIn(setting);
  if (isEpochName(mark)) return connections;
  if (!replies.some(isForbidden)) return users;
  if (mark === '') return connections;
  throw new MigrationError('PermissionMissing', markTaken(addressOf(admin.endpoint)));
}

const isRefusal = (reply: unknown): boolean => reply instanceof Error && reply.name === 'ReplyError';

/** @throws MigrationError PermissionMissing, Unreachable; ReplyError */
export function refusedOrLost(server: Server, command: string, reply: unknown): void {
  if (reply instanceof Error) throw replyError(server.endpoint, command, reply);
}

/** `NOPERM`, or a server that has no such command (renamed). */
const isForbidden = (reply: unknown): boolean =>
  reply instanceof Error && /^NOPERM|unknown (sub)?command/i.test(reply.message);

export const markTaken = (address: string): string =>
  `The user on ${address} may not keep ACL users, and the setting ${markSetting}, which would do instead, is in use.`;
