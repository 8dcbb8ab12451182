import { ActivityFailure, ApplicationFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { insisting } from '../../workflows/insisting.js';

const failed = (cause: Error) =>
  new ActivityFailure('failed', 'check', '1', RetryState.MAXIMUM_ATTEMPTS_REACHED, 'worker', cause);

/** What an activity comes to, once its own attempts are used up, call after call. */
function activityThat(...outcomes: (Error | string)[]) {
  const left = [...outcomes];
  const check = async (what: string): Promise<string> => {
    const outcome = left.shift() as Error | string;
    if (typeof outcome !== 'string') throw outcome;
    return outcome + what;
  };
  return { activities: insisting({ check }), left };
}

test('goes on after workers that went silent, with the same arguments', async () => {
  const silent = failed(new TimeoutFailure('timed out', undefined, 'HEARTBEAT'));
  const { activities } = activityThat(silent, silent, 'checked ');
  expect(await activities.check('it')).toBe('checked it');
});

test.each([
  ['what a server answered', failed(ApplicationFailure.create({ message: 'refused', type: 'Unreachable' }))],
  ['an activity that took too long', failed(new TimeoutFailure('timed out', undefined, 'START_TO_CLOSE'))],
  ['anything else', new Error('else')],
])('does not insist on %s', async (_what, error) => {
  const { activities, left } = activityThat(error, 'never asked');
  await expect(activities.check('it')).rejects.toBe(error);
  expect(left).toEqual(['never asked']);
});
