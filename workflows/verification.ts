import { ApplicationFailure, defineQuery, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { errorTable } from '../src/contract/errors.js';
import type { Control } from '../src/contract/messages.js';
import { readVerifyInput } from '../src/contract/read-verify-input.js';
import type { VerifyPlan, VerifyResult, VerifyStatus } from '../src/contract/verification.js';
import { verificationReport } from '../src/report/verification.js';
import { quick, verifying } from './activities.js';
import { Blocked } from './blocked.js';
import { hear } from './hear.js';
import { lockServer } from './lock.js';

/**
 * Compares two servers, and with `verification.repair` copies again what differs. Its argument is a `VerifyInput`. Fails
 * with `InvalidInput` at once, or with what a server refused.
 */
export async function redisVerification(input: unknown): Promise<VerifyResult> {
  const read = readVerifyInput(input);
  if (read.plan === null)
    throw ApplicationFailure.nonRetryable(read.problems.join('\n'), 'InvalidInput', { problems: read.problems });
  const { plan } = read;
  const status = begin(plan);
  listen(status);
  if (plan.verification.repair) await hold(plan);
  if (status.phase === 'preparing') status.phase = 'verifying';
  const result = await compare(plan, status);
  status.phase = 'ended';
  status.verification = result;
  const report = verificationReport(status.name, plan, result);
  setCurrentDetails(report);
  return { ...result, report };
}

const begin = ({ rate: { maxKeysPerSecond, maxBytesPerSecond } }: VerifyPlan): VerifyStatus => ({
  name: workflowInfo().workflowId,
  phase: 'preparing',
  rate: { maxKeysPerSecond, maxBytesPerSecond },
  verification: null,
  notes: [],
});

function listen(status: VerifyStatus): void {
  const dropped = (why: string) => {
    status.notes.push(`A signal was dropped: ${why}`);
  };
  const ended = () => (status.phase === 'ended' ? 'The verification has ended.' : null);
  hear('pause', {
    refusal: () => ended() ?? (status.phase === 'paused' ? 'It is paused already.' : null),
    record: () => {
      status.phase = 'paused';
      return 'pausing within some 2 s';
    },
    dropped,
  });
  hear('resume', {
    refusal: () => (status.phase === 'paused' ? null : 'It is not paused.'),
    record: () => {
      status.phase = 'verifying';
      return 'going on within some 2 s';
    },
    dropped,
  });
  hear('setRate', {
    refusal: ended,
    record: message => {
      Object.assign(status.rate, message);
      return 'set';
    },
    dropped,
  });
  setHandler(defineQuery<VerifyStatus>('status'), () => status, { description: 'Where the verification is, as JSON.' });
  setHandler(defineQuery<Control>('control'), () => ({ paused: status.phase === 'paused', ...status.rate }), {
    description: 'What the activity asks for: pause and rate.',
  });
}

/** Nobody else may write to the target by a migration's plan meanwhile. */
async function hold(plan: VerifyPlan): Promise<void> {
  const runIds = await quick.mayRepair({ name: workflowInfo().workflowId, plan });
  try {
    for (const side of ['source', 'target'] as const) await lockServer(side, runIds[side]);
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    const { remedy } = errorTable.ServerLocked;
    throw ApplicationFailure.create({
      type: 'ServerLocked',
      message: error.message,
      nonRetryable: true,
      details: [{ remedy }],
    });
  }
}

async function compare(plan: VerifyPlan, { name, rate }: VerifyStatus): Promise<Omit<VerifyResult, 'report'>> {
  const onConflict = plan.onConflict === 'skip' ? 'skip' : 'replace';
  // What only the target has may be its own: nobody knows here whether it was empty before.
  const repair = plan.verification.repair ? ({ deleteExtra: false, onConflict } as const) : null;
  const { suspects: _, scanned: __, ...found } = await verifying.verifyData({ name, plan, ...rate, repair });
  const passed = found.consistency >= plan.verification.minimumConsistency;
  return { ...found, passed, examples: [...found.examples], unheld: [...found.unheld] };
}
