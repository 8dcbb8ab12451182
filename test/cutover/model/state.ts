import type { Act, Attempt, End, Goal } from '../../../src/cutover/decide.js';
import type { Observed } from '../../../src/cutover/situation.js';

/** The two servers of the model by their place in `servers`. */
export type Place = 0 | 1;
export const source = 0;
export const target = 1;
export const peerOf = (place: Place): Place => (place === source ? target : source);

/** What a stream carries: a write's number, or one of these. */
export const ping = 0;
export const markerFor = (place: Place): number => 100 + place;
export const flush = 200;

/** What goes to disk, and over the wire in a full sync. */
export interface Dataset {
  /** A bit a write. */
  writes: number;
  /** Which server it says was promoted. */
  marker: Place | null;
  replid: number;
  offset: number;
}

export type Role = 'master' | 'follows-peer' | 'parked';

export interface ModelServer extends Dataset {
  up: boolean;
  role: Role;
  linkUp: boolean;
  replid2: number;
  secondOffset: number;
  /** The stream's entries up to `offset`; null: there is none. */
  backlog: number[] | null;
  paused: boolean;
  /** Epochs that have a user here, or the one that the mark names. */
  users: number;
  /** It wants more replicas than there are, by what its file said when it started. */
  refuses: boolean;
  /** It can't make its link anew. */
  shutOut: boolean;
  /** What the configuration file says; null: it was started without one. */
  file: { role: Role; users: number; refuses: boolean; shutOut: boolean } | null;
  saved: Dataset;
}

/** How far an attempt has taken one server. `gone`: it could not be reached; `broken`: the connection was lost on the way. */
export type Hold =
  | 'none'
  | 'connected'
  | 'user'
  | 'logged-in'
  | 'listed'
  | 'looked'
  | 'alone'
  | 'held'
  | 'gone'
  | 'broken';

export type Seen = Observed | null | undefined;
export type Step = 'new' | 'hold' | 'observe' | 'decided' | 'ended';

/** One run of the activity. Its epoch is its place in `attempts`. */
export interface ModelAttempt {
  goal: Goal;
  primary: Place;
  /** In entries of the stream. */
  acceptLoss: number | null;
  step: Step;
  hold: [Hold, Hold];
  /** The critical connection stands. */
  connected: [boolean, boolean];
  /** By place, in this round; undefined: not yet. */
  seen: [Seen, Seen];
  memory: Attempt;
  act: Exclude<Act, 'wait'> | null;
  /** Decided by the operator's word: the primary could not be reached, by the standby neither. */
  vouched: boolean;
  end: End | 'superseded' | 'threw' | null;
  /** It began, and then nothing was heard of it for longer than staleAfterMs. */
  stale: boolean;
}

/** What may still happen: each bounded, so that the space is. */
export interface Budget {
  writes: number;
  pings: number;
  drops: number;
  crashes: number;
  saves: number;
  flushes: number;
  partitions: number;
  /** Commands that a server refuses: the switch's own, or the mark of a promotion. */
  refusals: number;
  unmarked: number;
  cleanUps: number;
  /** Workers that are killed. */
  deaths: number;
}

/** What only the checker knows. */
export interface Ghost {
  acknowledged: number;
  /** Acknowledged, and lost by a server's own crash, or with the operator's consent. */
  excused: number;
  /** Which server is the master by right: it changes with a promotion. */
  ruler: Place;
  /** The old primary follows the promoted standby, for better or worse: only the watch shuts it out. */
  linkedBack: boolean;
  /** A promotion was by the operator's word that the primary is gone. */
  vouched: boolean;
  /** Something happened after which giving up is allowed. */
  faults: number;
  /** Nobody wants an attempt any more, and no name is left that would tell it. */
  cleaned: boolean;
}

export interface State {
  servers: [ModelServer, ModelServer];
  attempts: ModelAttempt[];
  left: Budget;
  ghost: Ghost;
  nextId: number;
}

const cloneServer = (server: ModelServer): ModelServer => ({
  ...server,
  backlog: server.backlog && [...server.backlog],
});

const cloneAttempt = (attempt: ModelAttempt): ModelAttempt => ({
  ...attempt,
  hold: [...attempt.hold],
  seen: [...attempt.seen],
  connected: [...attempt.connected],
  memory: { ...attempt.memory },
});

export const clone = ({ servers: [a, b], attempts, left, ghost, nextId }: State): State => ({
  servers: [cloneServer(a), cloneServer(b)],
  attempts: attempts.map(cloneAttempt),
  left: { ...left },
  ghost: { ...ghost },
  nextId,
});
