import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

/** A stand-in for the real workflow: the same names, next to no behaviour. Runs in the workflow sandbox. */
export async function redisMigration(input: { dryRun?: boolean }): Promise<object> {
  if (input.dryRun) throw ApplicationFailure.nonRetryable('source.url: bad\ntarget.url: worse', 'InvalidInput');
  const state = { phase: 'syncing', got: [] as string[], outcome: '' };
  const take = (name: string) => (argument: object) => {
    state.got.push(`${name} ${JSON.stringify(argument)}`);
    if (name === 'cutover') state.phase = 'observing';
    if (name === 'pause') state.phase = 'waiting-for-operator';
    if (name in outcomes) state.outcome = outcomes[name] ?? '';
  };
  for (const name of ['cutover', 'pause', 'resume', 'retry', 'abort', 'rollback', 'complete', 'setRate']) {
    setHandler(defineSignal<[object]>(name), take(name));
    setHandler(defineUpdate<string, [object]>(name), answering(name, take(name)), {
      validator: (_argument: object) => refuseEarly(name, state.phase),
    });
  }
  setHandler(defineQuery('status'), () => statusOf(state));
  setHandler(defineQuery('report'), () => `# Report\n\n${state.got.join('\n')}\n`);
  const { monitorReplication } = proxyActivities<{ monitorReplication(): Promise<void> }>({
    startToCloseTimeout: '1h',
    heartbeatTimeout: '10s',
  });
  void monitorReplication().catch(() => {});
  await condition(() => state.outcome !== '');
  const status = { ...statusOf(state), phase: state.outcome };
  return { outcome: state.outcome, status, report: '# Report\n\nDone.\n' };
}

export async function redisMigrationUndo(argument: { forget?: boolean; force?: boolean }): Promise<object> {
  if (argument.forget) throw ApplicationFailure.nonRetryable('the source is gone', 'UndoIncomplete');
  return { outcome: argument.force ? 'too-late' : 'undone', notes: [JSON.stringify(argument)] };
}

export async function somethingElse(): Promise<void> {
  await condition(() => false);
}

const outcomes: Record<string, string> = { complete: 'completed', abort: 'aborted', rollback: 'rolled-back' };

/** `retry` takes its time, like a handler that is stuck. */
const answering = (name: string, take: (argument: object) => void) => async (argument: object) => {
  take(argument);
  if (name === 'retry') await sleep('1h');
  return `${name} is recorded`;
};

const refuseEarly = (name: string, phase: string): void => {
  if (name === 'rollback' && phase === 'syncing') {
    throw ApplicationFailure.nonRetryable('nothing was promoted yet', 'Refused');
  }
};

const statusOf = ({ phase, got }: { phase: string; got: string[] }): object => ({
  name: workflowInfo().workflowId,
  method: 'replication',
  phase,
  checklist: [{ step: 'full-sync', state: 'running', startedAt: null, endedAt: null, detail: 'old', attempts: 1 }],
  notes: got,
  nextSteps: [{ message: 'Consent', command: `redis-migration cutover ${workflowInfo().workflowId}`, why: '' }],
});
