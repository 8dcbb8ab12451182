import type { Check } from './check.js';
import { judgePermissions } from './permissions.js';

/** Of the user with which the worker, and the target's replication, log in to the source. */
export const sourcePermissions: Check = ({ source, sourceInfo, plan }) =>
  judgePermissions('source-permissions', source, sourceInfo, plan);
