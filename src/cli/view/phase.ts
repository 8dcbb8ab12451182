import type { Phase } from '../../contract/status.js';
import type { Ink } from './paint.js';

interface PhaseView {
  meaning: string;
  ink: Ink;
}

const views: Record<Phase, PhaseView> = {
  preparing: { meaning: 'checks both servers; nothing is changed yet', ink: 'cyan' },
  syncing: { meaning: 'copies the source to the target, and follows it', ink: 'cyan' },
  verifying: { meaning: 'compares source and target', ink: 'cyan' },
  'ready-for-cutover': { meaning: 'all is copied and verified', ink: 'green' },
  'cutting-over': { meaning: 'moves the writers from the source to the target', ink: 'yellow' },
  observing: { meaning: 'the target takes the writes and is watched', ink: 'green' },
  'keeping-source': { meaning: 'the old source is kept for a rollback', ink: 'green' },
  'rolling-back': { meaning: 'moves the writers back to the old source', ink: 'yellow' },
  paused: { meaning: 'moves no data until resume', ink: 'yellow' },
  'waiting-for-operator': { meaning: 'needs a decision of yours', ink: 'red' },
  completed: { meaning: 'done', ink: 'green' },
  'rolled-back': { meaning: 'done: the old source takes the writes again', ink: 'yellow' },
  aborted: { meaning: 'done: the source was left as it was', ink: 'yellow' },
};

/** A newer worker may know phases that this command doesn't. */
export const viewOfPhase = (phase: Phase): PhaseView => views[phase] ?? { meaning: '', ink: 'yellow' };

/** The phases of a migration without incidents, in order. */
const course: readonly Phase[] = [
  'preparing',
  'syncing',
  'verifying',
  'ready-for-cutover',
  'cutting-over',
  'observing',
  'keeping-source',
  'completed',
];
export const phases = Object.keys(views) as Phase[];

/** Whether a phase is there, or was passed on the usual course. */
export const hasReached = (now: Phase, wanted: Phase): boolean =>
  now === wanted || (course.includes(wanted) && course.indexOf(now) > course.indexOf(wanted));
