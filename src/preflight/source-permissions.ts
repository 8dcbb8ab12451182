import type { Check } from './check.js';
import { ofEveryPrimary } from './every-primary.js';
import { judgePermissions } from './permissions.js';

/** Of the user with which the worker, and the target's replication, log in to the source. */
export const sourcePermissions: Check = context =>
  ofEveryPrimary(context, 'source', (server, info) =>
    judgePermissions('source-permissions', server, info, context.plan),
  );
