import { neededRules } from '../../src/preflight/needed-commands.js';

/** An ACL line of a user who may do what the migration needs on that side, and nothing else. */
export const leastPrivilege = (name: string, password: string, side: 'source' | 'target'): string =>
  `${name} on >${password} ~* resetchannels -@all ${neededRules(side, 70_000).join(' ')}`;
