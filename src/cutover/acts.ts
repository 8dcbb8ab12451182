import { setTimeout as delay } from 'node:timers/promises';
import { MigrationError } from '../contract/errors.js';
import { applySettings } from '../replication/settings.js';
import { parkingAddress } from '../replication/state.js';
import type { Server } from '../server/connect.js';
import { ReplyError } from '../server/failures.js';
import { braceFile, fencedPingPeriod, recordRole, restoreConditions } from './config-file.js';
import type { Act, Attempt } from './decide.js';
import type { Held } from './epoch.js';
import { type PromotedMarker, setMarkerCommand } from './marker.js';
import type { Pair } from './situation.js';
import type { ActRecord, SwitchEvents, SwitchRequest } from './switch.js';
import { transact } from './transact.js';

/** What one attempt works with. */
export interface ActContext {
  request: SwitchRequest;
  sides: { primary: Held | null; standby: Held | null };
  attempt: Attempt;
  seen: Pair;
  startedAt: number;
  acts: ActRecord[];
  marker: PromotedMarker | null;
  hookError: string | null;
  /** Monotonic ms of the promotion's reply. */
  promotedAt: number | null;
  fencedAtWall: number | null;
  primaryOffset: number;
}

/** After the promotion nobody waits for this attempt: its work would take the processor from the writers that come over. */
export const afterwardsMs = 20;

type Perform = (context: ActContext, events: SwitchEvents) => Promise<void>;

const performers: Record<Exclude<Act, 'wait'>, Perform> = {
  guard: async ({ attempt, request, ...context }) => {
    // An attempt that died may have left it closed and its fence up: no writer waits for what may take seconds here.
    await openStandby({ request, ...context });
    await request.fence.lower(primaryOf(context));
    await request.standbyKind.guard(standbyOf(context), context.seen.primary?.offset ?? 0);
    attempt.guarded = true;
  },
  brace: async ({ attempt, request, ...context }) => {
    await braceFile(primaryOf(context), request.conditions.primary);
    attempt.braced = true;
  },
  fence: async ({ request, attempt, ...context }) => {
    const primary = primaryOf(context);
    await primary.call(...setPingPeriod(fencedPingPeriod));
    await request.fence.raise(primary, request.fenceForMs);
    attempt.fencedAt = performance.now();
  },
  unfence: async context => {
    await openStandby(context);
    await context.request.fence.lower(primaryOf(context));
    await primaryOf(context).call(...setPingPeriod(context.request.pingPeriod));
    await recordRole(primaryOf(context), context.request.conditions.primary);
    context.attempt.unfenced = true;
  },
  /** The offset at which it parks is what INFO says in the same transaction, and ever after. */
  park: async context => {
    const { fence, pingPeriod, standbyKind, conditions } = context.request;
    const { host, port } = parkingAddress;
    if (isWaiting(context)) await standbyKind.close?.(standbyOf(context), conditions.standby);
    await transact(primaryOf(context), [['REPLICAOF', host, port], setPingPeriod(pingPeriod), ...fence.afterParking]);
    context.attempt.parkedAt = performance.now();
  },
  unpark: async context => {
    await openStandby(context);
    await transact(primaryOf(context), [
      ['REPLICAOF', 'NO', 'ONE'],
      ...restoreConditions(context.request.conditions.primary),
      ['CONFIG', 'REWRITE'],
    ]);
    context.attempt.unparked = true;
  },
  promote: async context => {
    context.attempt.standbyKnownReplica = false;
    const marker = markerOf(context);
    const { standbyKind, conditions } = context.request;
    await standbyKind.promote(standbyOf(context), conditions.standby, marker);
    context.promotedAt = performance.now();
    context.marker = marker;
  },
  mark: async context => {
    const marker = context.marker ?? markerOf(context);
    await standbyOf(context).pipeline([setMarkerCommand(marker)]);
    context.attempt.marked = true;
  },
  compare: async (context, events) => {
    context.attempt.differing = (await events.compareUnsettled?.()) ?? 0;
  },
  /** It runs after the promotion, so its failure can't undo anything: it is reported. */
  'switch-hook': async (context, events) => {
    await events.switchHook?.().catch(error => {
      context.hookError = error instanceof Error ? error.message : String(error);
    });
    context.attempt.hookDone = true;
  },
  relink: async context => {
    const { addresses, standby, standbyKind } = context.request;
    await applySettings(primaryOf(context), standbyKind.loginFor(standby));
    await primaryOf(context).call('REPLICAOF', addresses.standby.host, addresses.standby.port);
    context.attempt.relinkedAt = performance.now();
  },
  /** First the end of the pause, whose waiting writers then get READONLY, and only then the kill. */
  release: async context => {
    const primary = primaryOf(context);
    await context.request.fence.lower(primary);
    for (const type of ['normal', 'pubsub']) await primary.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    context.attempt.released = true;
  },
  'record-primary': async context => {
    await delay(afterwardsMs);
    await recordRole(primaryOf(context), context.request.conditions.primary);
    context.attempt.recordedPrimary = true;
  },
  'record-standby': async context => {
    // One that came back as a master at the very place of the parked primary takes writes from here on.
    context.attempt.standbyKnownReplica = false;
    const { standbyKind, conditions } = context.request;
    await standbyKind.record(standbyOf(context), conditions.standby);
    context.attempt.recordedStandby = true;
  },
};

const setPingPeriod = (seconds: string): [string, ...string[]] => [
  'CONFIG',
  'SET',
  'repl-ping-replica-period',
  seconds,
];

/** An act that a server refuses has not happened: what came before it is undone then, since nobody may take writes. */
export async function perform(act: Exclude<Act, 'wait'>, context: ActContext, events: SwitchEvents): Promise<void> {
  if (act === 'fence') context.fencedAtWall = Date.now();
  try {
    await performers[act](context, events);
  } catch (error) {
    if (!undoable.has(act) || !isRefusal(error)) throw error;
    context.attempt.refusal = error.message;
  }
}

const undoable = new Set<Act>(['guard', 'brace', 'fence', 'park', 'promote']);

const isRefusal = (error: unknown): error is Error =>
  error instanceof ReplyError || (error instanceof MigrationError && error.type === 'PermissionMissing');

function markerOf({ request, seen }: ActContext): PromotedMarker {
  const at = seen.primary ?? seen.standby;
  return {
    workflowId: request.workflowId,
    from: request.names.primary,
    to: request.names.standby,
    replid: at?.replid ?? '',
    offset: at?.offset ?? 0,
    at: Date.now(),
  };
}

/** The standby is there, and was not promoted. */
const isWaiting = ({ seen, sides }: Pick<ActContext, 'seen' | 'sides'>): boolean =>
  sides.standby?.critical.isOpen === true && seen.standby?.role === 'replica';

async function openStandby(context: Pick<ActContext, 'seen' | 'sides' | 'request'>): Promise<void> {
  const { standbyKind, conditions } = context.request;
  if (isWaiting(context)) await standbyKind.open?.(standbyOf(context), conditions.standby);
}

const primaryOf = ({ sides }: Pick<ActContext, 'sides'>): Server => critical(sides.primary);
const standbyOf = ({ sides }: Pick<ActContext, 'sides'>): Server => critical(sides.standby);

function critical(held: Held | null): Server {
  if (!held) throw new MigrationError('Unreachable', 'A server that the next act needs is not connected.');
  return held.critical;
}
