import { type CheckName, type CheckResult, checkNames } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import { appliesTo } from './by-method.js';
import { type Check, type CheckContext, resultsOf } from './check.js';
import { checks } from './table.js';

export type CheckStep = (typeof checkNames)[CheckName];

/**
 * Runs all checks of a step side by side. One that throws, or hangs, becomes a failure of its own and stops no other.
 * @param timeoutMs for each check
 */
export async function runChecks(step: CheckStep, context: CheckContext, timeoutMs = 6000): Promise<CheckResult[]> {
  const { method } = context.plan;
  const names = (Object.keys(checkNames) as CheckName[]).filter(
    name => checkNames[name] === step && appliesTo(name, method),
  );
  const results = await Promise.all(names.map(name => runCheck(name, checks[name], context, timeoutMs)));
  return results.flat().map(clean);
}

async function runCheck(
  name: CheckName,
  check: Check,
  context: CheckContext,
  timeoutMs: number,
): Promise<CheckResult[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult[]>(resolve => {
    timer = setTimeout(() => resolve([brokenOff(name, `it took longer than ${timeoutMs / 1000} s`)]), timeoutMs);
  });
  try {
    return await Promise.race([check(context), late]);
  } catch (error) {
    return [brokenOff(name, messageOf(error), error instanceof MigrationError ? error.remedy : undefined)];
  } finally {
    clearTimeout(timer);
  }
}

function brokenOff(name: CheckName, why: string, remedy = "See to the cause, then send 'retry'."): CheckResult {
  return resultsOf(name).failure('both', `The check could not be made: ${why}`, remedy);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const longest = 2000;
/** Versions, settings and error texts are what a server says, whoever it is: no terminal may obey them. */
const clean = (result: CheckResult): CheckResult => ({
  ...result,
  message: printable(result.message),
  remedy: result.remedy && printable(result.remedy),
});
const printable = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, longest);
