import type { ServerFacts } from '../src/contract/facts.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { commandLevel, infoNumber, readInfo, serverVersion, totalKeys } from '../src/server/info.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

/** Connects to both, and says who answered. */
export const identify = (deps: ActivityDeps) => async (scope: Scope) =>
  withBoth(scope, deps, async (source, target) => {
    const [from, to] = await Promise.all([factsOf(source), factsOf(target)]);
    return { source: from, target: to };
  });

async function factsOf(server: Server): Promise<ServerFacts> {
  const info = await readInfo(server);
  return {
    address: addressOf(server.endpoint),
    version: serverVersion(info).text,
    commandLevel: commandLevel(info),
    runId: info.get('run_id') ?? '',
    keys: totalKeys(info),
    usedMemory: infoNumber(info, 'used_memory'),
  };
}
