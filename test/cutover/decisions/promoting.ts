import { addresses, bounds, followsPrimary, parked } from './cases.js';
import { type Invariant, instead, primaryAs, remembering, seeing, standbyAs, told } from './decided.js';
import * as fact from './facts.js';

const { behind, isEqual, isMaster, isReplica, sameHistory } = fact;

/** Of fencing, parking, promoting and un-parking: where data could be lost. */
export const promoting: Invariant[] = [
  {
    name: 'only a server seen as a replica is promoted, for a switch',
    of: ['promote'],
    must: decided => isReplica(decided.standby) && (decided.goal === 'switch' || fact.cameBackAsReplica(decided)),
    mutant: seeing(({ pair }) => ({ pair: { ...pair, standby: followsPrimary() } })),
  },
  {
    name: 'nothing is promoted beside a primary that was not seen to refuse writes for good, unless it cannot be reached',
    of: ['promote'],
    must: ({ primary }) => primary === null || fact.isOut(primary),
    mutant: instead('park', { act: 'promote', why: '' }),
  },
  {
    name: 'without consent a promotion needs the id and the offset of the parked primary',
    of: ['promote'],
    when: decided => decided.limits.acceptLossBytes === null && !fact.cameBackAsReplica(decided),
    must: decided => fact.isOut(decided.primary) && isEqual(decided),
    mutant: standbyAs({ replid: 'A' }),
  },
  {
    name: 'with consent a promotion loses no more than was accepted',
    of: ['promote'],
    when: decided => !isEqual(decided) && !fact.cameBackAsReplica(decided),
    must: fact.lossIsAccepted,
    mutant: told({ acceptLossBytes: 40 }),
  },
  {
    name: 'a primary that cannot be reached is given up only when the standby has not heard it for a while either',
    of: ['promote'],
    when: ({ primary }) => primary === null,
    must: ({ standby, attempt }) =>
      standby?.linkUp === false && !standby.syncInProgress && attempt.now - (attempt.lostSince ?? attempt.now) >= 3000,
    mutant: remembering({ lostSince: 0 }),
  },
  {
    name: 'what was promoted, and restarted as a replica, is promoted again, and nothing else',
    when: decided => fact.cameBackAsReplica(decided) && !fact.isForeign(decided.standby),
    must: ({ outcome, attempt }) => outcome === (attempt.refusal ? 'unfinished' : 'promote'),
    mutant: standbyAs({ promoted: false }),
  },
  {
    name: 'the primary is un-parked only when the standby is known not to be promoted, or by the operator',
    of: ['unpark'],
    must: ({ goal, standby, attempt, limits }) =>
      isReplica(standby) || attempt.standbyKnownReplica || (goal === 'withdraw' && limits.force === true),
    mutant: remembering({ standbyKnownReplica: true }),
  },
  {
    name: 'beside a promoted standby nothing is un-parked, fenced, un-fenced, promoted or compared',
    of: ['unpark', 'fence', 'unfence', 'promote', 'compare'],
    must: decided => !fact.isPromoted(decided),
    mutant: standbyAs({ promoted: false, replid2: '' }),
  },
  {
    name: 'beside a promoted standby a primary that came back as a master is parked, unless it refuses',
    when: decided => decided.goal === 'switch' && isMaster(decided.primary) && fact.isPromoted(decided),
    must: ({ outcome, attempt }) => outcome === (attempt.refusal ? 'unfinished' : 'park'),
    mutant: standbyAs({ promoted: false }),
  },
  {
    name: 'only what refuses writes for good, or follows the standby, is un-parked',
    of: ['unpark'],
    must: ({ primary }) => fact.isOut(primary) || fact.at(primary, addresses.standby),
    mutant: seeing(({ pair }) => ({
      pair: { ...pair, primary: fact.isForeign(pair.primary) ? parked() : pair.primary },
    })),
  },
  {
    name: 'a parked primary that restarted is un-parked only with all that the standby has, or by the operator',
    of: ['unpark'],
    when: ({ primary }) => primary?.backlogFirstOffset === 0,
    must: decided =>
      (decided.standby !== null && sameHistory(decided) && behind(decided) >= 0) || decided.goal === 'withdraw',
    mutant: primaryAs({ backlogFirstOffset: 1 }),
  },
  {
    name: 'a primary that came back refusing writes takes them again only with all that the standby has, or by the operator',
    of: ['unpark', 'unfence'],
    when: ({ primary }) => primary?.refuses === true,
    must: decided => fact.mustContinue(decided.standby, decided.primary) || decided.goal === 'withdraw',
    mutant: primaryAs({ refuses: false }),
  },
  {
    name: 'before the fence the standby is guarded, then the primary braced',
    of: ['fence', 'brace'],
    must: ({ attempt, outcome }) => attempt.guarded && (attempt.braced || outcome === 'brace'),
    mutant: remembering({ guarded: true, braced: true }),
  },
  {
    name: 'a primary is braced before it is fenced, and never beside a promoted standby',
    of: ['guard', 'brace'],
    must: decided => isMaster(decided.primary) && isReplica(decided.standby) && decided.attempt.fencedAt === null,
    mutant: instead('park', { act: 'brace', why: '' }),
  },
  {
    name: 'the fence goes up once, before a standby that follows and can catch up',
    of: ['fence'],
    must: decided =>
      isMaster(decided.primary) &&
      decided.standby?.linkUp === true &&
      fact.at(decided.standby, addresses.primary) &&
      sameHistory(decided) &&
      behind(decided) <= bounds.maxLagBytes &&
      decided.attempt.fencedAt === null &&
      !decided.attempt.unfenced,
    mutant: told({ maxLagBytes: 60 }),
  },
  {
    name: 'it parks behind its own fence, when the standby has every write, or has had its time and the loss is accepted',
    of: ['park'],
    when: ({ standby }) => !isMaster(standby),
    must: decided =>
      isMaster(decided.primary) &&
      isReplica(decided.standby) &&
      sameHistory(decided) &&
      decided.attempt.fencedAt !== null &&
      !decided.attempt.unfenced &&
      (behind(decided) === 0 || (fact.lossIsAccepted(decided) && hadItsTime(decided))),
    mutant: remembering({ fencedAt: 0 }),
  },
  {
    name: 'with unsettled keys it parks at equal offsets only when they were compared, and none differs',
    of: ['park'],
    when: decided => isReplica(decided.standby) && behind(decided) === 0 && decided.standby?.linkUp === true,
    must: ({ attempt, limits }) => !attempt.differing && (!limits.hasUnsettled || attempt.differing === 0),
    mutant: told({ hasUnsettled: false }),
  },
];

const hadItsTime = (decided: Parameters<Invariant['must']>[0]): boolean =>
  !fact.within(decided.attempt.fencedAt, bounds.drainTimeoutMs, decided);
