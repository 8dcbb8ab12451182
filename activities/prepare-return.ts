import { type CopyPlan, planCopy } from '../src/copy/index.js';
import { cutWriters } from '../src/copy/writers.js';
import { reversedSelection } from '../src/selection/reversed.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { exchanged } from './exchanged.js';
import { type Scope, withServers } from './scope.js';
import { assertWanted } from './wanted.js';

const partitions = 8;

/** Sees to it that nobody of this migration moves keys any more, and cuts those of the target into partitions. */
export const prepareReturn =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<CopyPlan> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    await assertWanted();
    await withServers([source, target], async servers => {
      for (const server of servers) await cutWriters(server, scope.name);
    });
    return planCopy(exchanged({ source, target }), reversedSelection(scope.plan), { partitions });
  };
