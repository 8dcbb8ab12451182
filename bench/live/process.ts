import { follow } from '../../src/live/follow/follow.js';
import type { FollowProgress, FollowRequest } from '../../src/live/follow/request.js';
import { Selection } from '../../src/selection/selection.js';
import { now } from '../../test/lab/clock.js';
import type { FromFollower, ToFollower } from './follower.js';

/** Follows a source in a process of its own: REQUEST as JSON. Begins, pauses and ends as its parent says. */
const request: Omit<FollowRequest, 'selection'> = JSON.parse(process.argv[2] ?? '');
const selection = Selection.of({ filter: null, rename: null });
const aborting = new AbortController();
let paused = false;

const say = (message: FromFollower) => void process.send?.(message);

process.on('message', (message: ToFollower) => {
  if (message === 'begin') void run();
  else if (message === 'end') aborting.abort();
  else paused = message === 'pause';
});
process.on('disconnect', () => process.exit());
say({ ready: true });

async function run(): Promise<void> {
  say({ beganAt: now() });
  const hooks = {
    signal: aborting.signal,
    writer: { name: 'redis-migration-copy:bench', admit: async () => {} },
    control: () => ({ paused, maxKeysPerSecond: null, maxBytesPerSecond: null }),
    onProgress: (progress: FollowProgress) => say({ progress }),
  };
  await follow({ ...request, selection }, hooks).catch(error => {
    if (!aborting.signal.aborted) console.error(error);
  });
  process.exit(aborting.signal.aborted ? 0 : 1);
}
