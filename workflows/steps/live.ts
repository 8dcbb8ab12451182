import { acting, sweeping } from '../activities.js';
import { untilItSucceeds } from '../insist.js';
import type { Run } from '../run.js';
import { feedFromSpool, followAtSpool } from '../spool-host.js';

/** Proves the direction, looks for keys in the way, and leaves on both servers what an undo needs to know. */
export const beginLive = (run: Run) =>
  run.step('replicate', async () => {
    run.phase = 'syncing';
    const { originals } = run.state;
    if (!originals) throw new Error('there is no rollback plan');
    run.state.live ??= { ...(await acting.beginLive({ ...run.scope, originals })), expiriesSwept: false };
    return { detail: 'A worker follows the source, and gives the target its writes.' };
  });

/** Has the target keep its stream of writes, so that the way back can begin where it is promoted. */
export async function armLive(run: Run): Promise<void> {
  const { lost } = await acting.armLive(run.scope);
  if (run.state.live && lost !== null) run.state.live.lost = lost;
  run.note(
    lost === null
      ? 'The way back is armed: the target keeps its stream of writes.'
      : `There will be no way back. ${lost}`,
  );
}

/** A worker brings the source's writes to the target. */
export async function followSource(run: Run): Promise<void> {
  const { live } = run.state;
  if (!live) throw new Error('the migration has not begun');
  await untilItSucceeds(run, 'full-sync', () => followAtSpool(live, () => followed(run)));
}

function followed({ scope, state }: Run) {
  const { rate, live, link, facts } = state;
  const sourceKeys = link?.primary?.keys ?? facts?.source.keys ?? 0;
  return { ...scope, rate, sourceKeys, targetWasEmpty: live?.targetWasEmpty ?? false };
}

/** A worker brings what the promoted target takes to the parked source. A way back that is lost is said: the target serves. */
export async function feedSource(run: Run): Promise<void> {
  const { live } = run.state;
  if (!live) return;
  if (live.lost === undefined) {
    const { lost } = await untilItSucceeds(run, 'keep-source', () => feedFromSpool(run, live));
    live.lost = lost;
    run.note(`The way back is lost: ${lost}`);
  }
  run.state.wayBack = { possible: false, why: live.lost };
}

/**
 * While the target is fed, nothing may expire there by itself: expiries are later than on the source. Once it has taken
 * over they are put right.
 */
export async function sweepExpiries(run: Run): Promise<void> {
  const { live } = run.state;
  if (!live || live.expiriesSwept) return;
  const { keys } = await untilItSucceeds(run, 'check-application', () => sweeping.sweepExpiries(run.scope));
  live.expiriesSwept = true;
  run.note(`The expiries of ${keys} keys are what they were on the source.`);
}
