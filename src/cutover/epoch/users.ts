import { createHash, randomBytes } from 'node:crypto';
import type { Server } from '../../server/connect.js';
import type { EpochForm } from './form.js';
import { isEpochName } from './name.js';

/** What an attempt does on a server, and nothing else. */
const rights = '+info +replicaof +client +config +multi +exec +watch +ping +select +get +set +del +eval'.split(' ');

/**
 * Each epoch is an ACL user, as which its attempt acts. Deleting the user cuts its connections, also while the server is
 * paused or parked, and nobody can log in as it again. https://redis.io/docs/latest/commands/acl-deluser/
 */
export const users: EpochForm = {
  kind: 'users',
  ask: ['ACL', 'USERS'],
  namesIn: reply => (reply as string[]).filter(isEpochName),
  /** A user that exists gets another password: nobody else has this one. */
  enter: async (admin, name) => {
    const password = randomBytes(24).toString('hex');
    const hash = createHash('sha256').update(password).digest('hex');
    await admin.call('ACL', 'SETUSER', name, 'reset', 'on', `#${hash}`, '~__redis-migration:*', '-@all', ...rights);
    return { ...admin.endpoint, username: name, password };
  },
  leave: (admin, name) => deleteUsers(admin, other => other === name),
  shutOut: ({ admin }, name) => deleteUsers(admin, other => other < name),
  clear: ({ admin }, name) => deleteUsers(admin, other => other <= name),
};

async function deleteUsers(admin: Server, which: (name: string) => boolean): Promise<void> {
  const names = users.namesIn(await admin.call(...users.ask)).filter(which);
  if (names.length > 0) await admin.call('ACL', 'DELUSER', ...names);
}
