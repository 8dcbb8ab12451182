import type { Server } from '../server/connect.js';
import { commandLevel, readInfo } from '../server/info.js';
import { neededCommands, type Task } from './needed-commands.js';
import { tryCommands } from './try-commands.js';

/**
 * By which the target of a live migration is fenced and parked when it is rolled back: until then it stays the master that
 * it is, so one that has none of them can be migrated to.
 */
const forWayBack: ReadonlySet<string> = new Set([
  'config|get',
  'config|set',
  'replicaof',
  'client|pause',
  'client|unpause',
  'psync',
]);

export const isForWayBack = (rule: string): boolean => forWayBack.has(rule);

export const withoutWayBack =
  'It can be migrated to, but there will be no way back: it can be neither fenced nor parked.';

/** The commands of a rollback that the target doesn't know, as `ACL SETUSER` takes them. */
export async function missingForWayBack(target: Server, plan: Task): Promise<string[]> {
  const level = commandLevel(await readInfo(target, 'server'));
  const needed = neededCommands('target', level, plan).filter(({ rule }) => isForWayBack(rule));
  const verdicts = await tryCommands(target, level, needed);
  return [...verdicts].filter(([rule, verdict]) => verdict === 'unknown' && isForWayBack(rule)).map(([rule]) => rule);
}
