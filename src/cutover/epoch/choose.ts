import { MigrationError } from '../../contract/errors.js';
import type { Server } from '../../server/connect.js';
import { addressOf } from '../../server/endpoint.js';
import { isUnknownCommand, replyError } from '../../server/failures.js';
import { connections, markIn, markSetting } from './connections.js';
import type { EpochForm } from './form.js';
import { key } from './key.js';
import { isEpochName } from './name.js';
import { users } from './users.js';

/** None of it does anything, whoever may do it: there is no such user, and no such modifier. */
const tries = [
  ['ACL', 'DELUSER', 'migration-none'],
  ['ACL', 'SETUSER', 'migration-none', 'no-such-modifier'],
];

/**
 * Users where the configured user may keep them, else names of connections; on a target without CONFIG those and a key. A
 * server that was taken in the second form stays with it, should rights be granted meanwhile: its earlier attempts have no
 * users.
 * @throws MigrationError PermissionMissing when the mark of the second form has no place
 */
export async function chooseForm(admin: Server): Promise<EpochForm> {
  const [setting, ...replies] = await admin.pipeline([connections.ask, users.ask, ...tries]);
  if (admin.endpoint.side === 'target' && (isUnknownCommand(setting) || isNothing(setting))) return key;
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

const isForbidden = (reply: unknown): boolean =>
  isUnknownCommand(reply) || (reply instanceof Error && reply.message.startsWith('NOPERM'));

/** There is CONFIG, but not with this setting. */
const isNothing = (reply: unknown): boolean => Array.isArray(reply) && reply.length === 0;

export const markTaken = (address: string): string =>
  `The user on ${address} may not keep ACL users, and the setting ${markSetting}, which would do instead, is in use.`;
