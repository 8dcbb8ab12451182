import { type Info, infoNumber, readInfo } from '../server/info.js';
import { type Check, counted, resultsOf } from './check.js';

const { pass, warning } = resultsOf('scripts');

/** Cached scripts stay behind: EVALSHA meets NOSCRIPT on the target until the application loads its scripts again. */
export const scripts: Check = async ({ source, sourceInfo }) => {
  const stats = await readInfo(source, 'commandstats');
  const byHash = callsOf(stats, 'evalsha') + callsOf(stats, 'evalsha_ro');
  const loads = callsOf(stats, 'script|load');
  const cached = infoNumber(sourceInfo, 'number_of_cached_scripts');
  // The statistics may have been reset since the scripts were cached.
  const unexplained = cached > 0 && callsOf(stats, 'eval') === 0;
  if (byHash + loads === 0 && !unexplained) return [pass('source', 'No script is called by its hash on the source.')];
  return [
    warning(
      'source',
      `The source caches ${counted(cached, 'script')}; EVALSHA was called ${counted(byHash, 'time')}, SCRIPT LOAD ${counted(loads, 'time')}. Cached scripts are not replicated.`,
      "Make sure that the application answers NOSCRIPT with EVAL or SCRIPT LOAD, or load its scripts on the target right after the cutover (hook 'switch').",
    ),
  ];
};

const callsOf = (stats: Info, command: string): number =>
  Number(/calls=(\d+)/.exec(stats.get(`cmdstat_${command}`) ?? '')?.[1] ?? 0);
