import type { CheckName, CheckResult } from '../contract/checks.js';
import type { Method } from '../contract/input.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { CheckContext } from './check.js';
import { runChecks } from './index.js';

export interface MethodChoice {
  method: Method;
  /** In words for the operator. */
  why: string;
}

/**
 * What can't be mended between these two servers, and so speaks against replication. A right that is missing, or a wrong
 * address, is for the operator to mend: nobody wants a method that promises less for that.
 */
const decisive: readonly CheckName[] = ['managed-service', 'cluster-mode', 'versions', 'databases'];

/**
 * `auto`: replication where it is possible, since nothing else carries on with what is written meanwhile and comes back
 * without loss; else a copy by plain commands, which needs the least. Changes nothing.
 */
export async function chooseMethod(context: CheckContext): Promise<MethodChoice> {
  const asked = askedFor(context.plan);
  if (asked.length > 0) return copy(`the input asks for what replication can't do: ${asked.join(', ')}`);
  const plan: MigrationPlan = { ...context.plan, method: 'replication' };
  const steps = ['authentication', 'compatibility'] as const;
  const results = (await Promise.all(steps.map(step => runChecks(step, { ...context, plan })))).flat();
  const against = results.filter(({ name, outcome }) => outcome === 'failure' && decisive.includes(name));
  if (against.length > 0) return copy(`replication is not possible here: ${against.map(reason).join(' ')}`);
  return {
    method: 'replication',
    why: 'Both servers can replicate: it carries on with what is written meanwhile, pauses writes for milliseconds, and can go back without loss.',
  };
}

const copy = (because: string): MethodChoice => ({
  method: 'dump-restore',
  why: `Keys are copied by DUMP and RESTORE, since ${because}`.slice(0, 1500),
});

const reason = ({ message }: CheckResult): string => message;

function askedFor({ filter, rename, onConflict, verification, cutover }: MigrationPlan): string[] {
  return [
    filter === null ? '' : 'filter',
    rename === null ? '' : 'rename',
    onConflict === 'fail' ? '' : 'onConflict',
    verification.repair ? 'verification.repair' : '',
    cutover.fence === 'none' || cutover.fence === 'whole-copy' ? `cutover.fence "${cutover.fence}"` : '',
  ].filter(name => name !== '');
}
