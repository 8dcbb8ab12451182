import { type Attempt, decide, type Goal } from '../../../src/cutover/decide.js';
import type { Rules } from './rules.js';
import { type Budget, type ModelAttempt, type ModelServer, type Place, type State, source } from './state.js';

/** What is tried in one exploration. */
export interface Scope {
  name: string;
  attempts: { goal: Goal; primary?: Place; acceptLoss?: number }[];
  budget?: Partial<Budget>;
  configFile?: boolean;
  /** The target was a replica of the source before the migration, and its file says so. */
  targetFollowed?: boolean;
  rules?: Partial<Rules>;
}

const nothing: Budget = {
  writes: 0,
  pings: 0,
  drops: 0,
  crashes: 0,
  saves: 0,
  flushes: 0,
  partitions: 0,
  refusals: 0,
  unmarked: 0,
  cleanUps: 0,
  deaths: 0,
};

export const rulesOf = ({ rules }: Scope): Rules => ({
  decide,
  epochs: true,
  form: 'users',
  marks: true,
  onLost: 'look again',
  takesAtOnce: false,
  persistence: ['aof', 'aof'],
  rewrites: true,
  hasSwitchHook: false,
  anyOrder: false,
  ...rules,
});

/** In sync, nothing fenced, no attempt begun. */
export const initialOf = ({ attempts, budget, configFile = true, targetFollowed = false }: Scope): State => ({
  servers: [
    serverAs('master', configFile),
    targetFollowed ? serverAs('follows-peer', configFile) : braced(serverAs('follows-peer', configFile)),
  ],
  attempts: attempts.map(({ goal, primary = source, acceptLoss = null }) => newAttempt(goal, primary, acceptLoss)),
  left: { ...nothing, ...budget },
  ghost: { acknowledged: 0, excused: 0, ruler: source, linkedBack: false, vouched: false, faults: 0, cleaned: false },
  nextId: 2,
});

const dataset = { writes: 0, marker: null, replid: 1, offset: 1 };

const serverAs = (role: ModelServer['role'], configFile: boolean): ModelServer => ({
  ...dataset,
  up: true,
  role,
  linkUp: role !== 'master',
  replid2: 0,
  secondOffset: 0,
  backlog: [],
  paused: false,
  users: 0,
  refuses: false,
  shutOut: false,
  file: configFile ? { role, users: 0, refuses: false, shutOut: false } : null,
  saved: dataset,
});

/** As `replicate` leaves the target's file. */
const braced = (server: ModelServer): ModelServer => ({
  ...server,
  file: server.file && { role: 'master', users: 0, refuses: true, shutOut: false },
});

export const newAttempt = (goal: Goal, primary: Place, acceptLoss: number | null): ModelAttempt => ({
  goal,
  primary,
  acceptLoss,
  step: 'new',
  hold: ['none', 'none'],
  connected: [false, false],
  seen: [undefined, undefined],
  memory: { ...noMemory },
  act: null,
  vouched: false,
  end: null,
  stale: false,
});

const noMemory: Attempt = {
  now: 0,
  fencedAt: null,
  unfenced: false,
  refusal: null,
  marked: false,
  lostSince: null,
  parkedAt: null,
  unparked: false,
  standbyKnownReplica: false,
  hookDone: false,
  released: false,
  relinkedAt: null,
  guarded: false,
  braced: false,
  recordedPrimary: false,
  recordedStandby: false,
};
