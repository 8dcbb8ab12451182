import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities, CutoverActivities, SpoolActivities } from '../activities/index.js';
import { spoolQueue } from '../src/contract/spool-queue.js';
import { insisting } from './insisting.js';

/** Timeouts and retries of every activity, in one place. What may be retried at all is said by the error itself. */

/** A worker that was killed or stopped is noticed after so long, whatever it was doing. */
const heartbeatTimeout = '5s';

/** Pre-checks give up after some 10 s, and the operator is asked. */
export const quick = insisting(
  proxyActivities<
    Pick<
      Activities,
      'identify' | 'check' | 'planRollback' | 'findTraces' | 'lockHolder' | 'forgetPromotion' | 'mayRepair'
    >
  >({
    startToCloseTimeout: '15s',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumAttempts: 4 },
  }),
);

export const measuring = insisting(
  proxyActivities<Pick<Activities, 'measure' | 'checkApplication' | 'chooseMethod'>>({
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: { initialInterval: '1s', maximumAttempts: 3 },
  }),
);

/** Acts on the servers that a person would not want to wait for long. */
export const acting = insisting(
  proxyActivities<
    Pick<
      Activities,
      | 'replicate'
      | 'holdReplication'
      | 'settle'
      | 'prepareCopy'
      | 'planRescans'
      | 'prepareReturn'
      | 'finishCopy'
      | 'settleCopy'
      | 'beginLive'
      | 'armLive'
    >
  >({
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 6 },
  }),
);

/** An abort waits for its end: nobody would lift a fence that is raised after the clean-up. */
export const fencing = insisting(
  proxyActivities<Pick<Activities, 'fenceSource'>>({
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 6 },
  }),
);

export const arming = insisting(
  proxyActivities<Pick<Activities, 'armReverse'>>({
    startToCloseTimeout: '2h',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 10 },
  }),
);

/** Goes on for as long as the migration does. */
const slices = {
  startToCloseTimeout: '2m',
  heartbeatTimeout,
  retry: { initialInterval: '500ms', maximumInterval: '5s' },
} as const;

export const watching = proxyActivities<Pick<Activities, 'observe'>>({
  ...slices,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** It acts on the standby, so whoever cancels it waits until it does so no more. */
export const guarding = proxyActivities<Pick<Activities, 'watchLink' | 'watchLive'>>({
  ...slices,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Cancelled, it ends with what it has done. */
export const copying = proxyActivities<Pick<Activities, 'copySlice'>>({
  ...slices,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** In one go, since its file is on one machine. Cancelled, it ends with what it has done. */
export const applying = proxyActivities<Pick<Activities, 'applySnapshot'>>({
  ...slices,
  startToCloseTimeout: '30d',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** The worker that is quickest says where its spools are. */
export const finding = proxyActivities<Pick<Activities, 'findSpool'>>({
  startToCloseTimeout: '3s',
  retry: { initialInterval: '500ms', maximumInterval: '5s' },
});

/**
 * By the workers that have a spool, for as long as the migration lasts, or the source is kept. What Temporal retries goes to
 * them again. An attempt that none of them takes in time is not retried by Temporal: the workflow learns of it.
 */
export const atSpool = (spoolId: string, takenWithin: '2s' | '30s') =>
  proxyActivities<Pick<SpoolActivities, 'followSource' | 'feedSource'>>({
    ...slices,
    taskQueue: spoolQueue(workflowInfo().taskQueue, spoolId),
    scheduleToStartTimeout: takenWithin,
    heartbeatTimeout: '3s',
    startToCloseTimeout: '3650d',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });

/** By them, too, once the migration is over: a machine that is away is not waited for. */
export const clearing = (spoolId: string) =>
  proxyActivities<Pick<SpoolActivities, 'removeSpool'>>({
    taskQueue: spoolQueue(workflowInfo().taskQueue, spoolId),
    scheduleToStartTimeout: '2s',
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: { initialInterval: '500ms', maximumAttempts: 3 },
  });

export const sweeping = proxyActivities<Pick<Activities, 'sweepExpiries'>>({
  ...slices,
  startToCloseTimeout: '30d',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** As long as the data is big. It goes on from its heartbeat. */
export const verifying = proxyActivities<Pick<Activities, 'verifyData' | 'countKeys'>>({
  startToCloseTimeout: '30d',
  heartbeatTimeout,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 50 },
});

/** As long as the data is big, and from its start again when it fails. Cancelled, it ends when nothing is left of it. */
export const snapshotting = proxyActivities<Pick<Activities, 'takeSnapshot'>>({
  startToCloseTimeout: '30d',
  heartbeatTimeout,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 50 },
});

export const hooking = proxyActivities<Pick<Activities, 'runHook'>>({
  startToCloseTimeout: '65m',
  heartbeatTimeout,
  retry: { initialInterval: '1s', maximumAttempts: 3 },
});

/**
 * The critical section. A killed worker's attempt is taken over after the heartbeat timeout; epochs make a false alarm
 * safe, and cancelling doesn't wait for the attempt, since the one that undoes it fences it off.
 */
export const { switchOver } = proxyActivities<CutoverActivities>({
  taskQueue: `${workflowInfo().taskQueue}-cutover`,
  startToCloseTimeout: '2h',
  heartbeatTimeout: '2s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '100ms', backoffCoefficient: 1.5, maximumInterval: '500ms' },
});
