import { checkApplication, observe } from './application.js';
import { applySnapshot } from './apply-snapshot.js';
import { armLive } from './arm-live.js';
import { armReverse } from './arm-reverse.js';
import { beating } from './beating.js';
import { beginLive } from './begin-live.js';
import { check } from './check.js';
import { chooseMethod } from './choose-method.js';
import { copySlice } from './copy-slice.js';
import { countKeys } from './count-keys.js';
import type { ActivityDeps } from './deps.js';
import { reported } from './failure.js';
import { feedSource } from './feed-source.js';
import { findSpool } from './find-spool.js';
import { finishCopy } from './finish-copy.js';
import { followSource } from './follow-source.js';
import { identify } from './identify.js';
import { lockHolder } from './lock-holder.js';
import { mayRepair } from './may-repair.js';
import { measure } from './measure.js';
import { planRescans } from './plan-rescans.js';
import { planRollback } from './plan-rollback.js';
import { fenceSource, prepareCopy } from './prepare-copy.js';
import { prepareReturn } from './prepare-return.js';
import { removeSpool } from './remove-spool.js';
import { holdReplication, replicate } from './replicate.js';
import { runHook } from './run-hook.js';
import { settle } from './settle.js';
import { settleCopy } from './settle-copy.js';
import { sweepExpiries } from './sweep-expiries.js';
import { switchOver } from './switch-over.js';
import { takeSnapshot } from './take-snapshot.js';
import { findTraces, forgetPromotion } from './undo.js';
import { verifyData } from './verify.js';
import { watchLink } from './watch-link.js';
import { watchLive } from './watch-live.js';

/** The activities of every migration, by the names that show in history. */
export function createActivities(deps: ActivityDeps) {
  const on = <A extends unknown[], R>(make: (deps: ActivityDeps) => (...args: A) => Promise<R>) =>
    reported(make(deps), deps);
  /** Those that have nothing to say in their heartbeats. */
  const quiet = <A extends unknown[], R>(make: (deps: ActivityDeps) => (...args: A) => Promise<R>) => beating(on(make));
  return {
    identify: quiet(identify),
    chooseMethod: quiet(chooseMethod),
    check: quiet(check),
    measure: quiet(measure),
    planRollback: quiet(planRollback),
    replicate: quiet(replicate),
    holdReplication: quiet(holdReplication),
    watchLink: on(watchLink),
    beginLive: quiet(beginLive),
    findSpool: quiet(findSpool),
    watchLive: on(watchLive),
    armLive: quiet(armLive),
    sweepExpiries: on(sweepExpiries),
    prepareCopy: quiet(prepareCopy),
    planRescans: quiet(planRescans),
    copySlice: on(copySlice),
    countKeys: on(countKeys),
    prepareReturn: quiet(prepareReturn),
    applySnapshot: on(applySnapshot),
    fenceSource: quiet(fenceSource),
    finishCopy: quiet(finishCopy),
    settleCopy: quiet(settleCopy),
    verifyData: on(verifyData),
    takeSnapshot: on(takeSnapshot),
    mayRepair: quiet(mayRepair),
    armReverse: on(armReverse),
    runHook: quiet(runHook),
    checkApplication: quiet(checkApplication),
    observe: on(observe),
    settle: quiet(settle),
    lockHolder: quiet(lockHolder),
    findTraces: quiet(findTraces),
    forgetPromotion: quiet(forgetPromotion),
  };
}

/** Those of the critical section, on a task queue of their own with one poller: a frozen worker then swallows fewer retries. */
export function createCutoverActivities(deps: ActivityDeps) {
  return { switchOver: reported(switchOver(deps), deps) };
}

/** Those that go on from a spool, on a task queue of the workers that have it. */
export function createSpoolActivities(deps: ActivityDeps) {
  return {
    followSource: reported(followSource(deps), deps),
    feedSource: reported(feedSource(deps), deps),
    removeSpool: beating(reported(removeSpool(deps), deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;
export type SpoolActivities = ReturnType<typeof createSpoolActivities>;
export type CutoverActivities = ReturnType<typeof createCutoverActivities>;
