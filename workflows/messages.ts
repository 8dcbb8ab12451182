import { defineQuery, setHandler } from '@temporalio/workflow';
import { applyPatch } from '../src/contract/apply-patch.js';
import type { MigrationInput } from '../src/contract/input.js';
import type { Control, MessageName } from '../src/contract/messages.js';
import type { MessageContents } from '../src/contract/read-message.js';
import type { MigrationStatus } from '../src/contract/status.js';
import { hear } from './hear.js';
import { toReport } from './report.js';
import type { Run } from './run.js';
import type { State } from './state.js';
import { toStatus } from './status.js';

/** What each message does: why it can't be obeyed now (null: it can), and the recording of it. Nothing waits here. */
type Handlers = {
  [N in MessageName]: {
    refusal(run: Run, message: MessageContents[N]): string | null;
    record(run: Run, message: MessageContents[N]): string;
  };
};

const ended = ({ state }: Run) => ['completed', 'rolled-back', 'aborted'].includes(state.phase);
/** Stuck, it waits for the operator, whose word then is an answer and no second consent. */
const isCuttingOver = (run: Run) => run.entry('cutover').state === 'running' && run.state.blockers.length === 0;
const isMoving = (run: Run) =>
  !run.promoted && run.entry('replicate').state === 'passed' && run.entry('cutover').state !== 'running';

/** Before the cutover a patch is taken also where nothing has failed: a refused cutover leaves no blocker. */
const isWaiting = (run: Run) => run.entry('prepare-cutover').state === 'running';

const handlers: Handlers = {
  cutover: {
    refusal: run => {
      if (run.promoted) return 'The target is promoted already.';
      if (run.state.wants === 'abort') return 'The migration is being aborted.';
      if (isCuttingOver(run))
        return 'A cutover is being carried out already. When it is refused, status says why, and a new consent is needed.';
      return run.state.plan.dryRun ? 'This is a dry run.' : null;
    },
    record: (run, message) => {
      run.state.consent = message;
      run.note(
        `Consent to the cutover${message.acceptLossBytes === undefined ? '' : `, also to losing ${message.acceptLossBytes} bytes`}.`,
      );
      // It answers what the cutover waits for, too.
      if (run.state.blockers.some(({ step, type }) => step === 'cutover' || type === 'SourceLost')) run.retries++;
      return 'recorded; it is carried out as soon as the checklist allows';
    },
  },
  pause: {
    refusal: run => {
      if (run.state.paused) return 'It is paused already.';
      return isMoving(run) ? null : 'No data is being moved now.';
    },
    record: run => {
      const { link } = run.state;
      run.state.paused = true;
      run.pauses++;
      // Not in sync any more, until the watch has seen it again.
      if (link) run.state.link = { ...link, state: 'held' };
      return 'pausing';
    },
  },
  resume: {
    refusal: run => (run.state.paused ? null : 'It is not paused.'),
    record: run => {
      run.state.paused = false;
      return 'going on';
    },
  },
  retry: {
    refusal: (run, { patch }) => {
      if (run.state.blockers.length === 0 && !(patch !== undefined && isWaiting(run)))
        return 'Nothing waits for a retry.';
      const { problems } = patch === undefined ? { problems: [] } : applyPatch(decided(run), patch);
      return problems.length > 0 ? problems.join('\n') : null;
    },
    record: (run, { patch }) => {
      if (patch !== undefined) takePatch(run, patch);
      if (run.state.blockers.length === 0) return 'the patch is taken';
      run.retries++;
      run.note('Retry.');
      return 'trying again';
    },
  },
  abort: {
    refusal: run => {
      if (ended(run)) return 'The migration has ended.';
      if (run.state.copy?.switching) return 'The applications are being sent to the target: wait, then send rollback.';
      return run.promoted ? 'The target is promoted: send rollback instead.' : null;
    },
    record: (run, { reason }) => {
      Object.assign(run.state, { wants: 'abort', reason: reason ?? null, consent: null });
      run.note(`Abort${reason ? `: ${reason}` : '.'}`);
      run.interrupt();
      run.retries++;
      return 'undoing';
    },
  },
  rollback: {
    refusal: run => {
      if (!run.promoted) return 'The target is not promoted: send abort instead.';
      if (ended(run) || run.state.wants === 'complete') return 'The migration has ended.';
      if (run.state.wants === 'rollback') return 'It is rolling back already.';
      const { wayBack, live } = run.state;
      if (wayBack.possible) return null;
      // What a worker feeds may wait for one, and is lost only when one has said so.
      const what = live && live.lost === undefined ? 'There is no way back at the moment' : 'The way back is lost';
      return `${what}: ${wayBack.why}`;
    },
    record: (run, { reason }) => {
      Object.assign(run.state, { wants: 'rollback', reason: reason ?? null });
      run.note(`Rollback${reason ? `: ${reason}` : '.'}`);
      run.interrupt();
      return 'rolling back';
    },
  },
  complete: {
    refusal: run => {
      if (!run.promoted) return 'The target is not promoted yet.';
      if (run.state.fence.state === 'parked')
        return 'The rollback is half done, and nobody takes writes: see blockers.';
      return ended(run) ? 'The migration has ended.' : null;
    },
    record: run => {
      run.state.wants = 'complete';
      run.note('Complete.');
      return 'ending';
    },
  },
  setRate: {
    refusal: run => (ended(run) ? 'The migration has ended.' : null),
    record: (run, message) => {
      Object.assign(run.state.rate, message);
      run.rates++;
      run.note(`Rate set to ${JSON.stringify(run.state.rate)}.`);
      return 'set';
    },
  },
};

/** Handlers first: signals that came before the first line of the checklist are not lost. */
export function listen(run: Run): void {
  for (const name of Object.keys(handlers) as MessageName[]) listenTo(run, name);
  setHandler(defineQuery<MigrationStatus>('status'), () => toStatus(run.state), {
    description: 'Everything about the migration, as JSON.',
  });
  setHandler(defineQuery<string>('report'), () => toReport(run.state), {
    description: 'The written record so far, as Markdown.',
  });
  setHandler(defineQuery<Control>('control'), () => ({ paused: run.state.paused, ...rateNow(run) }), {
    description: 'What long activities ask for: pause and rate.',
  });
}

/** The stream's rest is not held back while writers wait for it: the cutover of method live lifts the limit. */
const rateNow = (run: Run): State['rate'] =>
  run.state.plan.method === 'live' && run.entry('cutover').state === 'running' ? unlimited : run.state.rate;

const unlimited = { maxKeysPerSecond: null, maxBytesPerSecond: null };

function listenTo<N extends MessageName>(run: Run, name: N): void {
  const { refusal, record } = handlers[name];
  hear(name, {
    refusal: message => refusal(run, message),
    record: message => record(run, message),
    dropped: why => run.note(`The signal ${name} was dropped: ${why}`),
  });
}

/** Of the fields, never their values: `target.password`. */
const namesIn = (patch: Record<string, unknown>): string[] =>
  Object.entries(patch).flatMap(([name, value]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).map(field => `${name}.${field}`)
      : [name],
  );

/** What `auto` has come to is no longer open. */
const decided = ({ state }: Run): MigrationInput => ({ ...state.input, method: state.plan.method });

function takePatch(run: Run, patch: Record<string, unknown>): void {
  const { input, plan } = applyPatch(decided(run), patch);
  if (plan === null) return;
  run.state.input = input;
  run.state.plan = plan;
  run.note(`Patched: ${namesIn(patch).join(', ')}.`);
}
