import { contents, type LinkProxy, startProxy, untilInSync } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round, type RoundOptions } from '../support/round.js';

/** A round whose servers reach each other through proxies: `toSource` carries the way there, `toTarget` the way back. */
export const overProxies = async (
  place: Place,
  body: (round: Round, links: { toSource: LinkProxy; toTarget: LinkProxy }) => Promise<Record<string, number>>,
  options: RoundOptions = {},
): Promise<Record<string, number>> =>
  Round.run(place, options, async round => {
    const [toSource, toTarget] = [await startProxy({ to: round.source }), await startProxy({ to: round.target })];
    try {
      await round.begin({
        source: { url: round.source.url, addressForPeer: toSource.address },
        target: { url: round.target.url, addressForPeer: toTarget.address },
      });
      return await body(round, { toSource, toTarget });
    } finally {
      await Promise.all([toSource.close(), toTarget.close()]);
    }
  });

/** The link is cut before the cutover and again after it; each time it goes on where it was. */
export const cutAndRestored = (place: Place): Promise<Record<string, number>> =>
  overProxies(place, async (round, { toSource, toTarget }) => {
    const { migration, source, target } = round;
    await migration.untilReady();
    await toSource.cut();
    await migration.until('the link to be seen down', ({ canCutOver }) => !canCutOver);
    await toSource.restore();
    await migration.untilReady();
    await migration.signal('cutover', {});
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await toTarget.cut();
    await round.untilWritten(target);
    await toTarget.restore();
    await untilInSync({ to: source });
    await migration.signal('rollback', {});
    const outcome = await round.outcome();
    if (outcome !== 'rolled-back') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(source);
    const { acknowledged } = await round.settle({ master: source, moves: 2 });
    return { acknowledged };
  });

/** The way back stays cut until the target has written more than its backlog holds. */
export const cutForTooLong = (place: Place): Promise<Record<string, number>> =>
  overProxies(place, async (round, { toTarget }) => {
    const { migration, source, target } = round;
    await migration.untilReady();
    await migration.signal('cutover', {});
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    const { size } = await contents(source);
    await toTarget.cut();
    await target.cli('CONFIG', 'SET', 'repl-backlog-size', '16384');
    const filler = 'x'.repeat(100_000);
    for (let n = 0; n < 60; n++) await target.cli('SET', 'filler', filler);
    await toTarget.restore();
    const { rollback } = await migration.until('the way back to be lost', status => !status.rollback.possible);
    if (!/no longer has/.test(rollback.why)) throw new Error(`the status doesn't say why: ${rollback.why}`);
    const why = await migration.refusal('rollback');
    if (!/way back is lost/.test(why)) throw new Error(`rollback was refused differently: ${why}`);
    if ((await contents(source)).size < size) throw new Error('the old source was emptied');
    const { acknowledged } = await round.settle({ master: target, moves: 1 });
    return { acknowledged };
  });
