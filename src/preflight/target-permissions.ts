import type { Check } from './check.js';
import { ofEveryPrimary } from './every-primary.js';
import { judgePermissions } from './permissions.js';

/** Of the user with which the worker, and after the cutover the old source's replication, log in to the target. */
export const targetPermissions: Check = context =>
  ofEveryPrimary(context, 'target', (server, info) =>
    judgePermissions('target-permissions', server, info, context.plan),
  );
