import { createHash } from 'node:crypto';
import type { CheckResult } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import type { Server } from '../server/connect.js';
import { isUnknownCommand } from '../server/failures.js';
import { commandLevel, type Info } from '../server/info.js';
import { type AclUser, parseAclUser } from './acl-line.js';
import { type Check, counted, listed, place, resultsOf } from './check.js';
import { readSettings } from './read-settings.js';
import { type Fault, faultOf, faultTexts } from './user-faults.js';

const { pass, warning, failure } = resultsOf('application-users');

/** ACLs and passwords aren't replicated: whoever can't log in to the target stands still after the cutover. */
export const applicationUsers: Check = async ({ source, target, sourceInfo, targetInfo }) => {
  const [from, to] = await Promise.all([readUsers(source, sourceInfo), readUsers(target, targetInfo)]);
  const forbidden = [from, to].find(users => 'forbidden' in users);
  if (forbidden && 'forbidden' in forbidden) return [notCompared(forbidden.forbidden)];
  return compare(from as AclUser[], to as AclUser[], source.endpoint.username);
};

async function readUsers(server: Server, info: Info): Promise<AclUser[] | { forbidden: Server }> {
  if (commandLevel(info) < 60_000) return [await onlyUser(server)];
  try {
    return ((await server.call('ACL', 'LIST')) as string[]).map(parseAclUser);
  } catch (error) {
    const forbidden = error instanceof MigrationError && error.type === 'PermissionMissing';
    if (forbidden || isUnknownCommand(error)) return { forbidden: server };
    throw error;
  }
}

/** Before Redis 6.0 there is one user, who may do everything. */
async function onlyUser(server: Server): Promise<AclUser> {
  const password = (await readSettings(server, 'requirepass')).get('requirepass') ?? '';
  const hash = createHash('sha256').update(password).digest('hex');
  const user = parseAclUser('user default on ~* &* +@all');
  return { ...user, open: password === '', hashes: password === '' ? [] : [`#${hash}`] };
}

const notCompared = (server: Server): CheckResult =>
  warning(
    server.endpoint.side,
    `The application's users were not compared: the migration can't run ACL LIST on ${place(server)}.`,
    'Compare them yourself (ACL LIST on both sides): users and passwords are not replicated.',
  );

function compare(from: readonly AclUser[], to: readonly AclUser[], own: string | undefined): CheckResult[] {
  const there = new Map(to.map(user => [user.name, user]));
  const used = from.filter(user => user.on && !/^migration-\d/.test(user.name));
  const faults = used.map(user => ({ name: user.name, fault: faultOf(user, there.get(user.name)) }));
  const results = (Object.keys(faultTexts) as Fault[]).flatMap(fault => {
    const names = faults.filter(each => each.fault === fault).map(({ name }) => name);
    // That of the migration may well be for the migration alone.
    const [mine, theirs] = [names.filter(name => isOwn(name, own)), names.filter(name => !isOwn(name, own))];
    return [...tell(fault, theirs, faultTexts[fault].blocks), ...tell(fault, mine, false)];
  });
  if (results.length > 0) return results;
  const users = counted(used.length, 'user');
  return [pass('target', `${users} of the source can log in to the target, with the same rights.`)];
}

const isOwn = (name: string, own: string | undefined): boolean => name === own && name !== 'default';

function tell(fault: Fault, names: readonly string[], blocks: boolean): CheckResult[] {
  if (names.length === 0) return [];
  const { message, remedy } = faultTexts[fault];
  const make = blocks ? failure : warning;
  return [make('target', `${counted(names.length, 'user')} of the source ${message}: ${listed(names)}.`, remedy)];
}
