import type { CheckResult } from '../contract/checks.js';
import { replicates } from '../contract/methods.js';
import { Selection } from '../selection/selection.js';
import type { Server } from '../server/connect.js';
import { commandLevel, type Info } from '../server/info.js';
import { type Check, counted, listed, resultsOf } from './check.js';

const { pass, warning, failure } = resultsOf('functions');

/** Libraries of functions (Redis 7.0) travel in the snapshot, and replace those of the target. */
export const functions: Check = async ({ source, target, sourceInfo, targetInfo, plan }) => {
  const [from, to] = await Promise.all([readLibraries(source, sourceInfo), readLibraries(target, targetInfo)]);
  if (plan.method === 'live' && Selection.of(plan).everything) return [judgeLive(from, targetInfo)];
  if (!replicates(plan.method)) return [judgeCopy(from, to)];
  const lost = to.filter(name => !from.includes(name));
  if (lost.length > 0) {
    return [
      warning(
        'target',
        `Function libraries of the target that the source doesn't have will be gone after the sync: ${listed(lost)}.`,
        'Load them on the source too (FUNCTION LOAD), if they are needed after the cutover.',
      ),
    ];
  }
  if (from.length === 0) return [pass('both', 'The source has no functions.')];
  const libraries = counted(from.length, 'function library', 'function libraries');
  return [pass('both', `${libraries} of the source will be replicated: ${listed(from)}.`)];
};

/** They come with the snapshot, and with the stream, to a target that knows any. */
function judgeLive(from: string[], targetInfo: Info): CheckResult {
  if (from.length === 0) return pass('both', 'The source has no functions.');
  if (knowsFunctions(targetInfo)) return pass('both', `Carried with the snapshot: ${listed(from)}.`);
  return failure(
    'target',
    `Function libraries of the source that the target can't hold, since it is older than 7.0: ${listed(from)}. They stay behind, and FCALL fails there.`,
    'Take a target of 7.0 or later; or accept "functions" when the applications do without them.',
  );
}

/** A copy of keys, or of some of them, leaves them out. */
function judgeCopy(from: string[], to: string[]): CheckResult {
  const lacking = from.filter(name => !to.includes(name));
  if (lacking.length === 0) return pass('both', 'The source has no function libraries that the target lacks.');
  return warning(
    'target',
    `Function libraries of the source that the target lacks, and that are not copied with the keys: ${listed(lacking)}.`,
    'Load them on the target (FUNCTION LOAD), or take them over whole: FUNCTION DUMP on the source, FUNCTION RESTORE on the target.',
  );
}

const knowsFunctions = (info: Info): boolean => commandLevel(info) >= 70_000;

async function readLibraries(server: Server, info: Info): Promise<string[]> {
  if (!knowsFunctions(info)) return [];
  const libraries = (await server.call('FUNCTION', 'LIST')) as unknown[][];
  return libraries.map(library => String(library[library.indexOf('library_name') + 1]));
}
