import { type Check, resultsOf } from './check.js';
import { readSettings } from './read-settings.js';
import { findSentinels } from './sentinel-watch.js';

const { pass, failure } = resultsOf('replica-priority');

const setting = 'replica-priority';

/** A Sentinel may promote every replica of its master whose priority isn't 0, the target too. */
export const replicaPriority: Check = async ({ source, target }) => {
  const priority = (await readSettings(target, setting)).get(setting) ?? '';
  if (priority === '0') return [pass('target', `${setting} of the target is 0: no Sentinel promotes it.`)];
  if (!(await findSentinels(source))?.count) {
    return [pass('target', `${setting} of the target is ${priority}, and no Sentinel is seen at the source.`)];
  }
  return [
    failure(
      'target',
      `${setting} of the target is ${priority}: the Sentinel at the source may promote the target by itself during the sync.`,
      `On the target: CONFIG SET ${setting} 0 until the cutover; or take the source out of Sentinel's care.`,
    ),
  ];
};
