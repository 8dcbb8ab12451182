import type { AclUser } from './acl-line.js';

/** Why a user of the source would fare differently on the target. */
export type Fault = 'missing' | 'off' | 'password' | 'open' | 'rules';

export function faultOf(user: AclUser, other: AclUser | undefined): Fault | null {
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

/** What stands after "users of the source", and what to do about it. */
export const faultTexts: Record<Fault, { message: string; remedy: string; blocks: boolean }> = {
  missing: {
    message: 'missing on the target',
    remedy:
      'Create them on the target as ACL LIST shows them on the source (ACL SETUSER NAME ... with #HASH for the password), then ACL SAVE or CONFIG REWRITE.',
    blocks: true,
  },
  off: { message: 'switched off on the target', remedy: 'On the target: ACL SETUSER NAME on.', blocks: true },
  password: {
    message: 'with other passwords on the target',
    remedy:
      'Give them the same passwords on the target: ACL SETUSER NAME #HASH, as ACL LIST shows it on the source (CONFIG SET requirepass for default).',
    blocks: true,
  },
  open: {
    message: 'with a password on the source, and open to everyone on the target',
    remedy: 'Give them their passwords on the target, too.',
    blocks: false,
  },
  rules: {
    message: 'with other rights on the target',
    remedy: 'Compare ACL LIST of both sides; grant what the application needs.',
    blocks: false,
  },
};
