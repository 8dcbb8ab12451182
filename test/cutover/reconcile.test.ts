import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../lab/index.js';
import { forms, Pair } from './support/switching.js';

/** Everything that an undisturbed cutover does. */
const acts = [
  ...(['guard', 'brace', 'fence', 'park', 'promote', 'record-standby'] as const),
  ...(['switch-hook', 'release', 'record-primary', 'relink'] as const),
];
type Act = (typeof acts)[number];
const isPromoted = (act: Act) => acts.indexOf(act) >= acts.indexOf('promote');

/** What can't be seen on the servers is done once more: who was sent away, what files say, the hook. */
function doneAgain(after: Act): readonly Act[] {
  if (after === 'guard' || after === 'brace' || after === 'fence') return acts;
  if (after === 'park') return acts.slice(acts.indexOf('promote'));
  if (after === 'relink') return ['release', 'record-standby'];
  return acts.slice(acts.indexOf('record-standby'));
}

/** Writers see no fence, and the settings that made it are as before. */
const free = { writable: true, minReplicas: '0', pingPeriod: '10' };

async function expectSwitched(pair: Pair, before: string): Promise<void> {
  const { source, target } = await pair.look();
  expect(target).toMatchObject({ role: 'master', ...free, written: before });
  expect(source).toMatchObject({ role: 'slave', port: String(pair.target.port), minReplicas: '0', pingPeriod: '10' });
  await pair.write(5, pair.target);
  const written = await pair.target.cli('LRANGE', 'written', '0', '-1');
  await waitFor(() => pair.source.cli('LRANGE', 'written', '0', '-1'), {
    what: 'the old source to follow',
    until: seen => seen === written,
  });
  expect(Number((await pair.target.info('stats')).sync_full)).toBe(0);
  expect(pair.file('target')).toMatchObject({ follows: null, minReplicas: '0' });
  expect(pair.file('source')).toMatchObject({ follows: '127.0.0.1 1', minReplicas: '0' });
}

async function expectUntouched(pair: Pair, before: string): Promise<void> {
  const { source, target } = await pair.look();
  expect(source).toMatchObject({ role: 'master', ...free, written: before });
  expect(target).toMatchObject({ role: 'slave', port: String(pair.source.port) });
  expect(pair.file('source')).toMatchObject({ follows: null, minReplicas: '0' });
}

const kinds = (['park', 'min-replicas'] as const).flatMap(fence => forms.map(form => ({ fence, ...form })));

describe.each(kinds)('fence $fence, epochs by $form', options => {
  let pair: Pair;
  let written: string;
  beforeAll(async () => {
    pair = await Pair.start(options);
  });
  beforeEach(async () => {
    await pair.renew();
    await pair.target.cli('CONFIG', 'RESETSTAT');
    await pair.write(10);
    written = await pair.source.cli('LRANGE', 'written', '0', '-1');
  });

  test('an undisturbed cutover does each act once', async () => {
    const { end, acts: done, marker } = await pair.attempt();
    expect(end).toEqual({ end: 'switched', wayBack: true });
    expect(done.map(({ act }) => act)).toEqual(acts);
    expect(marker).toMatchObject({ workflowId: 'migration', to: pair.target.address });
    await expectSwitched(pair, written);
  });

  test.each(acts)('died after %s: the next attempt brings it to its end', async act => {
    await pair.dieAfter(act);
    const { end, acts: done } = await pair.attempt();
    expect(end).toEqual({ end: 'switched', wayBack: true });
    expect(done.map(({ act }) => act)).toEqual(doneAgain(act));
    await expectSwitched(pair, written);
  });

  test.each(acts)('died after %s, and withdrawn', async act => {
    await pair.dieAfter(act);
    const { end } = await pair.attempt({ goal: 'withdraw' });
    expect(end).toEqual({ end: isPromoted(act) ? 'too-late' : 'withdrawn' });
    if (!isPromoted(act)) return expectUntouched(pair, written);
    await pair.attempt();
    await expectSwitched(pair, written);
  });

  test.each(acts)('frozen after %s while a later attempt switches: it does nothing any more', async act => {
    const frozen = await pair.freezeAfter(act);
    expect((await pair.attempt()).end).toEqual({ end: 'switched', wayBack: true });
    const before = await pair.look();
    expect(await frozen.thaw()).toBeInstanceOf(Error);
    expect(await pair.look()).toEqual(before);
    await expectSwitched(pair, written);
  });

  test.each(['brace', 'fence', 'park'])(
    'frozen after %s while it is withdrawn: it does nothing any more',
    async act => {
      const frozen = await pair.freezeAfter(act);
      expect((await pair.attempt({ goal: 'withdraw' })).end).toEqual({ end: 'withdrawn' });
      await pair.write(3);
      const written = await pair.source.cli('LRANGE', 'written', '0', '-1');
      await pair.letFollow('target');
      await waitFor(() => pair.target.cli('LRANGE', 'written', '0', '-1'), {
        what: 'the target to follow again',
        until: seen => seen === written,
      });
      const before = await pair.look();
      expect(await frozen.thaw()).toBeInstanceOf(Error);
      expect(await pair.look()).toEqual(before);
      await expectUntouched(pair, written);
    },
  );

  test('a later attempt that is frozen itself is fenced off by one later still', async () => {
    const first = await pair.freezeAfter('park');
    const second = await pair.freezeAfter('promote');
    expect((await pair.attempt()).end).toEqual({ end: 'switched', wayBack: true });
    expect(await first.thaw()).toBeInstanceOf(Error);
    expect(await second.thaw()).toBeInstanceOf(Error);
    await expectSwitched(pair, written);
  });

  test('an earlier attempt that begins late does nothing at all', async () => {
    const late = pair.request().epoch.scheduledAt;
    expect((await pair.attempt()).end).toEqual({ end: 'switched', wayBack: true });
    await expect(pair.attempt({ goal: 'withdraw', scheduledAt: late })).rejects.toMatchObject({ type: 'Superseded' });
    await expectSwitched(pair, written);
  });

  test('there and back again, with a death on the way back', async () => {
    await pair.attempt();
    await pair.write(7, pair.target);
    const atTarget = await pair.target.cli('LRANGE', 'written', '0', '-1');
    await pair.dieAfter('park', { primary: 'target' });
    const { end } = await pair.attempt({ primary: 'target' });
    expect(end).toEqual({ end: 'switched', wayBack: true });
    await waitFor(() => pair.target.info('replication'), {
      what: 'link',
      until: one => one.master_link_status === 'up',
    });
    await expectUntouched(pair, atTarget);
  });
});
