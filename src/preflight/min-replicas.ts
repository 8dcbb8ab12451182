import type { CheckResult } from '../contract/checks.js';
import { leftOver } from '../cutover/config-file.js';
import { type Check, type CheckContext, counted, resultsOf } from './check.js';
import { numberOf, readSettings } from './read-settings.js';
import { readReplicas } from './replica-lines.js';

const { pass, warning, failure } = resultsOf('min-replicas');

/** A server with too few replicas refuses writes, and does so before a pause makes anyone wait. */
export const minReplicas: Check = async context => [await onSource(context), await onTarget(context)];

const setting = 'min-replicas-to-write';

async function onSource({ source }: CheckContext): Promise<CheckResult> {
  const wanted = numberOf(await readSettings(source, setting), setting);
  if (wanted === 0) return pass('source', `${setting} of the source is 0.`);
  if (isLeftOver(wanted)) return notUndone('source', wanted);
  return warning(
    'source',
    `${setting} of the source is ${wanted}: when its replicas fall behind during the cutover, writers get NOREPLICAS errors instead of waiting.`,
    `On the source, for the time of the cutover: CONFIG SET ${setting} 0.`,
  );
}

const isLeftOver = (wanted: number): boolean => leftOver.includes(String(wanted));

const notUndone = (side: 'source' | 'target', wanted: number): CheckResult =>
  failure(
    side,
    `${setting} of the ${side} is ${wanted}, by which a migration that was not brought to its end makes it refuse writes.`,
    `'redis-migration undo INPUT.json', with that one's input. Or see which server its applications write to; if it is this one, or none, CONFIG SET ${setting} 0 there, then CONFIG REWRITE.`,
  );

async function onTarget({ target, targetInfo }: CheckContext): Promise<CheckResult> {
  const values = await readSettings(target, setting, 'min-replicas-max-lag');
  const [wanted, maxLag] = [numberOf(values, setting), numberOf(values, 'min-replicas-max-lag')];
  if (isLeftOver(wanted)) return notUndone('target', wanted);
  const good = readReplicas(targetInfo).filter(({ online, lag }) => online && lag <= maxLag).length;
  if (wanted <= good || maxLag === 0)
    return pass('target', `${setting} of the target is ${wanted}, and it has ${counted(good, 'good replica')}.`);
  return failure(
    'target',
    `${setting} of the target is ${wanted}, and it has ${counted(good, 'good replica')}: once promoted it would refuse writes (NOREPLICAS).`,
    `On the target: CONFIG SET ${setting} ${good}, or give it ${counted(wanted - good, 'more replica')}.`,
  );
}
