import type { CheckName, CheckResult } from '../contract/checks.js';
import type { Method } from '../contract/input.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { CheckContext } from './check.js';
import { runChecks } from './index.js';

/**
 * What can't be mended between these two servers. A right that is missing, or a wrong address, is for the operator to mend:
 * nobody wants a method that promises less for that.
 */
const decisive: readonly CheckName[] = ['managed-service', 'cluster-mode', 'versions', 'databases'];

/** A sentence, or several; null: it is possible. */
export async function obstaclesToReplication(context: CheckContext): Promise<string | null> {
  const asked = askedFor(context.plan);
  if (asked !== '') return `the input asks for what replication can't do: ${asked}.`;
  const failures = await failuresOf(context, 'replication', decisive);
  return failures.length > 0 ? `replication is not possible here: ${sentences(failures)}` : null;
}

const askedFor = ({ filter, rename, onConflict, verification, cutover }: MigrationPlan): string =>
  [
    filter === null ? '' : 'filter',
    rename === null ? '' : 'rename',
    onConflict === 'fail' ? '' : 'onConflict',
    verification.repair ? 'verification.repair' : '',
    cutover.fence === 'none' || cutover.fence === 'whole-copy' ? `cutover.fence "${cutover.fence}"` : '',
  ]
    .filter(name => name !== '')
    .join(', ');

/** Of those checks, with that method. */
export async function failuresOf(
  context: CheckContext,
  method: Method,
  names: readonly CheckName[],
): Promise<CheckResult[]> {
  const steps = ['authentication', 'compatibility'] as const;
  const plan = { ...context.plan, method };
  const results = (await Promise.all(steps.map(step => runChecks(step, { ...context, plan })))).flat();
  return results.filter(({ name, outcome }) => outcome === 'failure' && names.includes(name));
}

export const sentences = (results: readonly CheckResult[]): string => results.map(({ message }) => message).join(' ');
