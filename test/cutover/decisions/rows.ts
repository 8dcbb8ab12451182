import * as cases from './cases.js';
import { type Case, just, long, memory, noLimits } from './cases.js';

/** A situation in words, and what is decided then: an act, or an end and its type. */
export interface Row extends Case {
  when: string;
  then: string;
}

type Servers = [primary: Case['pair']['primary'], standby: Case['pair']['standby']];

const row =
  (goal: Case['goal']) =>
  (
    when: string,
    [primary, standby]: Servers,
    then: string,
    attempt: Partial<Case['attempt']> = {},
    limits: Partial<Case['limits']> = {},
  ): Row => ({
    when,
    then,
    goal,
    pair: { primary, standby },
    attempt: { ...memory, ...attempt },
    limits: { ...noLimits, ...limits },
  });
const toSwitch = row('switch');
const toWithdraw = row('withdraw');

const { master, parked, followsPrimary, followsStandby, followsOther, restarted, tookOver } = cases;
const promoted = master({ ...tookOver, promoted: true, offset: 110 });
const unlinked = { linkUp: false } as const;
const ready = { guarded: true, braced: true } as const;
const fenced = { fencedAt: just, standbyKnownReplica: true } as const;
const late = { fencedAt: long, standbyKnownReplica: true } as const;
const gaveUp = { unfenced: true } as const;
const own = { fencedAt: just, parkedAt: just, standbyKnownReplica: true } as const;
const consent = { acceptLossBytes: 10 } as const;
const recorded = { recordedPrimary: true, recordedStandby: true } as const;
const finished = { hookDone: true, released: true, relinkedAt: just, ...recorded } as const;

const syncing: Servers = [master(), followsPrimary()];
const behind: Servers = [master(), followsPrimary({ offset: 95 })];
const cut: Servers = [master(), followsPrimary({ ...unlinked, offset: 95 })];
const parkedBoth: Servers = [parked(), followsPrimary(unlinked)];
const parkedShort: Servers = [parked(), followsPrimary({ ...unlinked, offset: 95 })];
const parkedStranger: Servers = [parked(), followsPrimary({ replid: 'B' })];
const sourceGone: Servers = [null, followsPrimary({ ...unlinked, offset: 95 })];
const olderData: Servers = [parked({ ...restarted, offset: 80 }), followsPrimary(unlinked)];
const refusing: Servers = [cases.refusing(), followsPrimary(unlinked)];
const wholeAgain: Servers = [cases.refusing(cases.withAll), followsPrimary(unlinked)];
const wholeAgainAndShort: Servers = [cases.refusing(cases.withAll), followsPrimary({ ...unlinked, offset: 95 })];
const cameBackBeside: Servers = [
  cases.refusing(cases.withAll),
  master({ replid: 'D', replid2: 'A', secondOffset: 101 }),
];
const restartedReplica = followsPrimary({ ...unlinked, ...restarted, replid: 'B' });
const bothRestarted: Servers = [cases.refusing(), restartedReplica];
const markedReplica: Servers = [parked(), { ...restartedReplica, promoted: true }];
const unknownMaster: Servers = [parked(), master({ replid: 'C' })];

/** "Dies here, what is true then, what the next attempt does", of design and architecture; and the ordinary course. */
export const rows: Row[] = [
  toSwitch('in sync', syncing, 'guard'),
  toSwitch('in sync, the standby guarded', syncing, 'brace', { guarded: true }),
  toSwitch('in sync, and the primary braced', syncing, 'fence', ready),
  toSwitch('too far behind to begin', [master(), followsPrimary({ offset: 50 })], 'unfence'),
  toSwitch('the same, un-fenced', [master(), followsPrimary({ offset: 50 })], 'refused ReplicationStalled', gaveUp),
  toSwitch('fenced, behind', behind, 'wait', fenced),
  toSwitch('fenced, behind for too long', behind, 'unfence', late),
  toSwitch('the same, un-fenced', behind, 'refused DrainTimeout', { ...late, ...gaveUp }),
  toSwitch('fenced, behind for too long, and the loss is accepted', behind, 'park', late, consent),
  toSwitch('fenced, equal', syncing, 'park', fenced),
  toSwitch('fenced, equal, with unsettled keys', syncing, 'compare', fenced, { hasUnsettled: true }),
  toSwitch('of which some differ', syncing, 'unfence', { ...fenced, differing: 2 }, { hasUnsettled: true }),
  toSwitch('and un-fenced', syncing, 'refused VerificationFailed', { ...fenced, ...gaveUp, differing: 2 }),
  toSwitch('a refused park', syncing, 'unfence', { ...fenced, refusal: 'no' }),
  toSwitch('un-fenced', syncing, 'refused PermissionMissing', { ...fenced, ...gaveUp, refusal: 'no' }),

  toSwitch('died after the pause', syncing, 'guard'),
  toSwitch('died after the pause, and the link is down', cut, 'unfence'),
  toWithdraw('died after the pause', syncing, 'unfence'),
  toWithdraw('un-fenced', syncing, 'withdrawn', gaveUp),

  toSwitch('died after parking, equal', parkedBoth, 'promote'),
  toSwitch('parked by this attempt, short, linked', [parked(), followsPrimary({ offset: 95 })], 'wait', own),
  toSwitch('died after parking, short', parkedShort, 'unpark'),
  toSwitch('un-parked', cut, 'unfence', { unparked: true }),
  toSwitch('un-parked and un-fenced', cut, 'refused NotMatching', { unparked: true, ...gaveUp }),
  toSwitch('died after parking, short, and the loss is accepted', parkedShort, 'promote', {}, consent),
  toSwitch('died after parking, equal offsets of other histories', parkedStranger, 'unpark'),
  toWithdraw('died after parking, equal', parkedBoth, 'unpark'),

  toSwitch('died after promotion', [parked(), promoted], 'release'),
  toSwitch('promoted, and the clients sent away', [parked(), promoted], 'record-primary', { released: true }),
  toSwitch('it is recorded that it is out', [parked(), promoted], 'record-standby', {
    released: true,
    recordedPrimary: true,
  }),
  toSwitch('and the promotion, too', [parked(), promoted], 'relink', { released: true, ...recorded }),
  toSwitch('died after promotion, with a hook', [parked(), promoted], 'record-standby', {}, { hasSwitchHook: true }),
  toSwitch('the same, recorded', [parked(), promoted], 'switch-hook', recorded, { hasSwitchHook: true }),
  toSwitch('source restarted refusing, the target was promoted without its mark', cameBackBeside, 'park'),
  toSwitch('died after relinking', [followsStandby(), promoted], 'release'),
  toSwitch('relinked, the link comes up', [followsStandby(unlinked), promoted], 'wait', finished),
  toSwitch('linked', [followsStandby(), promoted], 'record-standby', { ...finished, recordedStandby: false }),
  toSwitch('all done', [followsStandby(), promoted], 'switched', finished),
  toSwitch('all done, the mark was flushed', [followsStandby(), { ...promoted, promoted: false }], 'mark', finished),
  toSwitch('promoted, the backlog too short', [parked(), { ...promoted, backlogFirstOffset: 200 }], 'release'),
  toSwitch('promoted without its mark', [parked(), { ...promoted, promoted: false }], 'release'),
  toWithdraw('died after promotion', [parked(), promoted], 'record-standby'),
  toWithdraw('and recorded', [parked(), promoted], 'too-late', recorded),
  toWithdraw(
    'died after promotion without its mark',
    [parked(), { ...promoted, promoted: false }],
    'too-late',
    recorded,
  ),
  toSwitch('the old source came back as a master', [master(), promoted], 'park'),

  toSwitch('source dead, no consent', sourceGone, 'unfinished SourceLost', { lostSince: long }),
  toSwitch('source dead, consent', sourceGone, 'promote', { lostSince: long }, consent),
  toSwitch('source dead a moment ago, consent', sourceGone, 'wait', { lostSince: just }, consent),
  toSwitch(
    'source dead, more is missing',
    sourceGone,
    'unfinished SourceLost',
    { lostSince: long },
    { ...consent, lastPrimaryOffset: 150 },
  ),
  toSwitch('source out of reach, the target hears it', [null, followsPrimary()], 'unfinished SourceLost', {}, consent),
  toSwitch('source restarted parked with older data', olderData, 'unfinished SourceLost'),
  toWithdraw('source restarted parked with older data', olderData, 'unpark'),
  toSwitch('source restarted refusing writes', refusing, 'unfinished SourceLost'),
  toSwitch('the same, no loss is accepted', refusing, 'promote', {}, { acceptLossBytes: 0 }),
  toSwitch('the same, promoted', [cases.refusing(), promoted], 'park'),
  toSwitch('source restarted refusing writes, with all that it had', wholeAgain, 'promote'),
  toSwitch('the same, and the target lacks some of it', wholeAgainAndShort, 'unpark'),
  toSwitch('the same, and the target is gone', [cases.refusing(), null], 'unfinished TargetLost'),
  toSwitch('the same, and the target is an unmarked master', [cases.refusing(), master()], 'unfinished TargetChanged'),
  toWithdraw('source restarted refusing writes', refusing, 'unpark'),
  toWithdraw('source restarted refusing writes, with all that it had', wholeAgain, 'unpark'),

  toWithdraw('both restarted, the target as a replica', bothRestarted, 'unfinished TargetChanged'),
  toWithdraw('the same, by the word of the operator', bothRestarted, 'unpark', {}, { force: true }),
  toSwitch('target restarted as a replica, with the mark', markedReplica, 'promote'),
  toWithdraw('the same, given up', markedReplica, 'promote'),

  toSwitch('target dead before parking', [master(), null], 'unfence'),
  toSwitch('and un-fenced', [master(), null], 'refused TargetLost', gaveUp),
  toSwitch('target dead, parked by the attempt that knew it', [parked(), null], 'unpark', own),
  toSwitch('target dead, parked by an earlier attempt', [parked(), null], 'unfinished TargetLost'),
  toWithdraw('target dead, parked by an earlier attempt', [parked(), null], 'unfinished TargetLost'),
  toWithdraw('the same, by the word of the operator', [parked(), null], 'unpark', {}, { force: true }),
  toWithdraw(
    'target dead, source a replica of others',
    [followsOther(), null],
    'unfinished TargetChanged',
    {},
    { force: true },
  ),
  toSwitch('target restarted as a master, seen before', unknownMaster, 'unpark', own),
  toSwitch('target a master, not seen before', unknownMaster, 'unfinished TargetChanged'),
  toSwitch('both dead', [null, null], 'unfinished Unreachable'),
  toSwitch('both masters, none promoted', [master(), master()], 'unfence'),
  toSwitch('and un-fenced', [master(), master()], 'refused ReplicationStalled', gaveUp),
];
