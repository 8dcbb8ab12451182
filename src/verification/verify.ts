import { databasesOf, takeInventory, totalOf } from '../keys/inventory.js';
import type { Endpoint } from '../server/endpoint.js';
import { type VerificationOptions, withDefaults } from './options.js';
import type { VerificationProgress, VerificationResult } from './progress.js';
import { type Run, scanDatabase } from './scan-database.js';
import { Session } from './session.js';
import { settle } from './settle.js';
import { Tally } from './tally.js';

export interface VerificationHooks {
  /** A checkpoint to go on from. Mode `sample`, which is short, begins anew. */
  resume?: VerificationProgress | undefined;
  /** Gets a checkpoint after each batch: everything before its cursor is counted in it. */
  onProgress?(progress: VerificationProgress): void;
  signal?: AbortSignal | undefined;
}

/**
 * Compares the target with the source: which keys there are, their values and their expiries. Changes nothing on
 * either side. Applications may go on writing.
 * @throws MigrationError Unreachable (then go on from the last checkpoint), TlsFailed, AuthenticationFailed,
 * PermissionMissing; the signal's reason
 */
export async function verify(
  source: Endpoint,
  target: Endpoint,
  options: VerificationOptions = {},
  hooks: VerificationHooks = {},
): Promise<VerificationResult> {
  const { signal } = hooks;
  signal?.throwIfAborted();
  const chosen = withDefaults(options);
  const session = await Session.open(source, target, { ...chosen, signal });
  const stop = () => session.close();
  signal?.addEventListener('abort', stop);
  try {
    return await compareEverything(await prepare(session, chosen, hooks));
  } catch (error) {
    // Not the error of the connection that the signal has closed.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    session.close();
  }
}

async function prepare(
  session: Session,
  options: Required<VerificationOptions>,
  { resume, onProgress }: VerificationHooks,
): Promise<Run> {
  const [source, target] = await Promise.all([takeInventory(session.source), takeInventory(session.target)]);
  const sampled = options.mode === 'sample';
  const total = sampled ? Math.min(options.sampleSize, totalOf(source)) : totalOf(source);
  const tally = new Tally(total, options.maxExamples, sampled ? undefined : resume);
  return { session, options, inventories: { source, target }, tally, report: () => onProgress?.(tally.snapshot()) };
}

async function compareEverything(run: Run): Promise<VerificationResult> {
  const { session, tally, inventories, options, report } = run;
  const databases = databasesOf(inventories.source, inventories.target);
  for (const scanned of ['source', 'target'] as const) for (const db of databases) await scanDatabase(run, scanned, db);
  tally.begin('settle', -1, '');
  report();
  const { mode, rounds } = options;
  return tally.finish(await settle({ session, suspects: tally.suspects, mode, rounds, onRound: report }));
}
