import type { Check } from './check.js';
import { judgePermissions } from './permissions.js';

/** Of the user with which the worker, and after the cutover the old source's replication, log in to the target. */
export const targetPermissions: Check = ({ target, targetInfo, plan }) =>
  judgePermissions('target-permissions', target, targetInfo, plan);
