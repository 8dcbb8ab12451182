import { neededRules, type Task } from '../../src/preflight/needed-commands.js';

/** An ACL line of a user who may do what the migration needs on that side, and nothing else. */
export const leastPrivilege = (
  name: string,
  password: string,
  side: 'source' | 'target',
  { level = 70_000, task }: { level?: number; task?: Task } = {},
): string => `${name} on >${password} ~* resetchannels -@all ${neededRules(side, level, task).join(' ')}`;
