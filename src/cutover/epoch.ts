import { MigrationError } from '../contract/errors.js';
import { connect, type Server } from '../server/connect.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { readRunId } from '../server/info.js';
import { actingAs, actingIn, cutEarlier } from './epoch/acting.js';
import { chooseForm, refusedOrLost } from './epoch/choose.js';
import type { Connections, EpochForm } from './epoch/form.js';
import { type Epoch, epochName } from './epoch/name.js';

export type { Epoch } from './epoch/name.js';

/**
 * Fencing of stale attempts. A worker that was stopped while its activity was retried elsewhere still runs its next act
 * when it goes on. So each attempt acts through a connection of its own, named by when Temporal scheduled it, and has the
 * server cut those of earlier attempts before it looks at anything, also while paused or parked. It leaves its name on the
 * server, in one of two forms, for those that come late: an attempt that finds a later name stops.
 */

/** The server as this attempt may touch it. */
export interface Held extends Connections {
  runId: string;
  /** The epoch's. */
  name: string;
  form: EpochForm;
}

/** Longer than this from the look to the hold, and the worker was stopped meanwhile; less than any heartbeat timeout and its wait. */
const staleAfterMs = 3000;

/** What keeps an attempt that nobody wants any more from acting after the clean-up, which takes the names away. */
export interface Freshness {
  /** When the attempt last knew that it was wanted, by `performance.now()`. @default now */
  since?: number;
  /** It saw names of epochs on this very process: none now means that the clean-up has been. @default false */
  joined?: boolean;
}

/**
 * Takes a server for this epoch: afterwards no earlier attempt can act on it.
 * @throws MigrationError Superseded, Unreachable, PermissionMissing, ...
 */
export async function holdServer(
  endpoint: Endpoint,
  epoch: Epoch,
  timeoutMs: number,
  { since = performance.now(), joined = false }: Freshness = {},
): Promise<Held> {
  const name = epochName(epoch);
  const admin = await connect(endpoint, { name: 'redis-migration:look', timeoutMs });
  try {
    const form = await chooseForm(admin);
    const { lasting } = await refuseLater(admin, form, name);
    if (joined && lasting.length === 0) throw superseded(admin, 'The migration has ended');
    const critical = await connect(await form.enter(admin, name), { name: actingAs(name), timeoutMs });
    try {
      await refuseLater(admin, form, name);
      if (performance.now() - since > staleAfterMs) {
        await form.leave(admin, name);
        throw superseded(admin, 'It took too long');
      }
      await cutEarlier(critical, name);
      await form.shutOut({ critical, admin }, name);
      return { critical, admin, runId: await readRunId(critical), name, form };
    } catch (error) {
      critical.close();
      throw error;
    }
  } catch (error) {
    admin.close();
    throw error instanceof MigrationError && error.type === 'Unreachable' ? new LostWhileTaken(error) : error;
  }
}

/** It could be reached at first: so it isn't known to be gone. */
export class LostWhileTaken extends MigrationError {
  constructor(cause: MigrationError) {
    super('Unreachable', cause.message, { cause });
  }
}

/** Ends the attempt's connections. Its name stays: an earlier attempt must find it. */
export function releaseServer({ critical, admin }: Connections): void {
  critical.close();
  admin.close();
}

/** The server still answers, and not with this epoch's name: somebody later has taken over, and cleaned up perhaps. */
export async function isFencedOff({ critical, admin, name, form }: Held): Promise<boolean> {
  if (critical.isOpen || !admin.isOpen) return false;
  const names = await namesOn(admin, form).catch(() => null);
  return names !== null && (!names.lasting.includes(name) || later(names, name) !== undefined);
}

/** @throws MigrationError Superseded when the connection was cut by a later attempt */
export async function assertNotFencedOff(held: Held): Promise<void> {
  if (!(await isFencedOff(held))) return;
  throw new MigrationError('Superseded', `A later attempt has taken over ${addressOf(held.admin.endpoint)}.`);
}

/** Clean-up at the very end: takes away the names of this epoch and of all before it. Last, since it may cut `critical`. */
export async function clearEpochs(held: Held): Promise<void> {
  await held.form.clear(held, held.name);
}

/** Whether a migration has taken the server, and not yet cleaned up. */
export async function hasEpochs(admin: Server): Promise<boolean> {
  return (await namesOn(admin, await chooseForm(admin))).lasting.length > 0;
}

interface Names {
  /** Of connections that stand. */
  acting: string[];
  lasting: string[];
}

/** In this order: a connection that is no longer there has by then left what lasts. */
async function namesOn(admin: Server, form: EpochForm): Promise<Names> {
  const [clients, lasting] = await admin.pipeline([['CLIENT', 'LIST'], form.ask]);
  refusedOrLost(admin, 'CLIENT LIST', clients);
  refusedOrLost(admin, form.ask.join(' '), lasting);
  return { acting: actingIn(clients).map(({ name }) => name), lasting: form.namesIn(lasting) };
}

const later = ({ acting, lasting }: Names, name: string): string | undefined =>
  [...acting, ...lasting].find(other => other > name);

async function refuseLater(admin: Server, form: EpochForm, name: string): Promise<Names> {
  const names = await namesOn(admin, form);
  const other = later(names, name);
  if (other === undefined) return names;
  throw new MigrationError('Superseded', `A later attempt (${other}) has taken over ${addressOf(admin.endpoint)}.`);
}

const superseded = ({ endpoint }: Server, why: string): MigrationError =>
  new MigrationError('Superseded', `${why}: ${addressOf(endpoint)} is left alone.`);
