import { replicates } from '../contract/methods.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { Server } from '../server/connect.js';
import type { Info } from '../server/info.js';
import { callsIn } from './calls.js';
import { type Check, listed, resultsOf } from './check.js';

const { pass, warning, failure } = resultsOf('modules');

/** Keys of a module's type, and its commands, can only be taken by a server that has loaded it. */
export const modules: Check = async ({ source, target, sourceInfo, plan }) => {
  const [from, to] = await Promise.all([readModules(source), readModules(target)]);
  const missing = [...from.keys()].filter(name => !to.has(name));
  const older = [...from].filter(([name, version]) => (to.get(name) ?? version) < version).map(([name]) => name);
  if (missing.length > 0) {
    // Built into its source, it says nothing of its use.
    const make = missing.every(name => name === vectorSets && !wereUsed(sourceInfo)) ? warning : failure;
    return [
      make(
        'target',
        `Modules of the source that the target lacks: ${listed(missing)}. ${consequences(plan.method)}`,
        'Load them on the target (loadmodule in its configuration file), or accept "modules" when no key and no command of theirs is in use.',
      ),
    ];
  }
  if (older.length > 0) {
    return [
      warning(
        'target',
        `Modules that are older on the target than on the source: ${listed(older)}. They may not read the keys of the newer ones.`,
        'Load the same or a later version on the target.',
      ),
    ];
  }
  return [
    pass(
      'both',
      from.size === 0
        ? 'The source has no modules.'
        : `The target has all modules of the source: ${listed([...from.keys()])}.`,
    ),
  ];
};

/** Redis 8 has them without anybody asking for them. */
const vectorSets = 'vectorset';
const wereUsed = (info: Info): boolean => callsIn(info).has('VADD');

function consequences(method: MigrationPlan['method']): string {
  if (replicates(method)) return 'A key of theirs in the snapshot ends the sync, each time anew.';
  if (method === 'live')
    return 'Keys of theirs are left out, and a command of theirs that comes later stops the migration.';
  return 'Keys of theirs are left out, and named in status and in the report.';
}

/** `module:name=ReJSON,ver=20606,api=1,...`: one line each, so they can't be read as fields. */
async function readModules(server: Server): Promise<Map<string, number>> {
  const text = String(await server.call('INFO', 'modules'));
  return new Map(
    [...text.matchAll(/^module:name=([^,\r\n]+),ver=(\d+)/gm)].map(([, name = '', version]) => [name, Number(version)]),
  );
}
