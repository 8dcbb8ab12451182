import { createHash } from 'node:crypto';
import type { CheckResult } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import type { Server } from '../server/connect.js';
import { commandLevel, type Info } from '../server/info.js';
import { type AclUser, parseAclUser } from './acl-line.js';
import { type Check, counted, listed, place, resultsOf } from './check.js';
import { readSettings } from './read-settings.js';

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
    if (error instanceof MigrationError && error.type === 'PermissionMissing') return { forbidden: server };
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
    `The application's users were not compared: the migration's user may not run ACL LIST on ${place(server)}.`,
    'Compare them yourself (ACL LIST on both sides): users and passwords are not replicated.',
  );

function compare(from: readonly AclUser[], to: readonly AclUser[], own: string | undefined): CheckResult[] {
  const there = new Map(to.map(user => [user.name, user]));
  const judged = from
    .filter(user => user.on && !/^migration-\d/.test(user.name))
    .map(user => ({
      name: user.name,
      fault: faultOf(user, there.get(user.name)),
      own: user.name === own && own !== 'default',
    }));
  const of = (...faults: Fault[]) => judged.filter(({ fault }) => fault !== null && faults.includes(fault));
  const blocking = of('missing', 'off', 'password').filter(user => !user.own);
  const results = [
    ...blockingRows.map(row => nameThem(failure, row, blocking)),
    ...[
      nameThem(
        warning,
        ownRow,
        of('missing', 'off', 'password').filter(user => user.own),
      ),
    ],
    ...warningRows.map(row => nameThem(warning, row, of(row.fault))),
  ].filter(result => result !== null);
  if (results.length > 0) return results;
  return [
    pass(
      'target',
      `${counted(judged.length, 'user')} of the source can log in to the target and may do the same there.`,
    ),
  ];
}

type Fault = 'missing' | 'off' | 'password' | 'open' | 'rules';
interface Judged {
  name: string;
  fault: Fault | null;
}
interface Row {
  fault: Fault | null;
  message: string;
  remedy: string;
}

function faultOf(user: AclUser, other: AclUser | undefined): Fault | null {
  if (!other) return 'missing';
  if (!other.on) return 'off';
  if (refusesPassword(user, other)) return 'password';
  if (other.open && !user.open) return 'open';
  return rulesOf(user) === rulesOf(other) ? null : 'rules';
}

/** AUTH with a password alone is refused by an open default user, though it is open. */
function refusesPassword(user: AclUser, other: AclUser): boolean {
  if (user.open) return !other.open;
  if (other.open) return user.name === 'default';
  return !user.hashes.every(hash => other.hashes.includes(hash));
}

const rulesOf = ({ keys, channels, rules }: AclUser): string => JSON.stringify([keys, channels, rules]);

const copyThem =
  'Create them on the target as ACL LIST shows them on the source (ACL SETUSER NAME ... with #HASH for the password), then ACL SAVE or CONFIG REWRITE.';
const blockingRows: Row[] = [
  { fault: 'missing', message: 'missing on the target', remedy: copyThem },
  { fault: 'off', message: 'switched off on the target', remedy: 'On the target: ACL SETUSER NAME on.' },
  {
    fault: 'password',
    message: 'with other passwords on the target',
    remedy:
      'Give them the same passwords on the target: ACL SETUSER NAME #HASH, as ACL LIST shows it on the source (CONFIG SET requirepass for default).',
  },
];
const ownRow: Row = {
  fault: null,
  message: 'that only this migration seems to use, not on the target in the same form',
  remedy: 'Nothing, unless an application logs in as this user too.',
};
const warningRows: (Row & { fault: Fault })[] = [
  {
    fault: 'open',
    message: 'with a password on the source, and open to everyone on the target',
    remedy: 'Give them their passwords on the target, too.',
  },
  {
    fault: 'rules',
    message: 'with other rights on the target',
    remedy: 'Compare ACL LIST of both sides; grant what the application needs.',
  },
];

function nameThem(make: typeof warning, { fault, message, remedy }: Row, users: readonly Judged[]): CheckResult | null {
  const names = users.filter(user => fault === null || user.fault === fault).map(({ name }) => name);
  return names.length === 0
    ? null
    : make('target', `${counted(names.length, 'user')} of the source ${message}: ${listed(names)}.`, remedy);
}
