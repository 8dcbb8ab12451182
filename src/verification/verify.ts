import { MigrationError } from '../contract/errors.js';
import { infoOf } from '../keys/info-of.js';
import { ClusterKeyspace, databasesOf, takeInventory, totalOf } from '../keyspace/index.js';
import type { Endpoint } from '../server/endpoint.js';
import { infoNumber } from '../server/info.js';
import { type VerificationOptions, withDefaults } from './options.js';
import type { VerificationProgress, VerificationResult } from './progress.js';
import { Repairer } from './repairer.js';
import { type Run, scanDatabase } from './scan-database.js';
import { Session } from './session.js';
import { settle } from './settle.js';
import { Tally } from './tally.js';
import type { Limits } from './throttle.js';

export interface VerificationHooks {
  /** A checkpoint to go on from. Mode `sample`, which is short, begins anew. */
  resume?: VerificationProgress | undefined;
  /** Gets a checkpoint after each batch: everything before its cursor is counted in it. */
  onProgress?(progress: VerificationProgress): void;
  /** Asked before each batch: limits that change meanwhile. @default the options' rate */
  limits?: (() => Limits) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Compares the target with the source: which keys there are, their values and their expiries. Without `repair` it changes
 * nothing on either side. Applications may go on writing to the source.
 * @throws MigrationError Unreachable (then go on from the last checkpoint), TlsFailed, AuthenticationFailed,
 * PermissionMissing; with repair also TargetFull, WritesRefused; the signal's reason
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
  const limits = hooks.limits ?? (() => chosen.rate);
  const session = await Session.open(source, target, { ...chosen, limits, signal, writer: chosen.repair?.writer });
  let run: Run | undefined;
  const stop = () => {
    session.close();
    run?.repairer?.close();
  };
  signal?.addEventListener('abort', stop);
  try {
    run = await prepare(session, chosen, hooks);
    return await compareEverything(run);
  } catch (error) {
    // Not the error of the connection that the signal has closed.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

async function prepare(
  session: Session,
  options: Required<VerificationOptions>,
  { resume, onProgress }: VerificationHooks,
): Promise<Run> {
  const inventories = await takeInventories(session);
  assertSameSource(session, options, inventories.source.runId);
  const sampled = options.mode === 'sample';
  const total = totalOf(inventories.source);
  const tally = new Tally(
    sampled ? Math.min(options.sampleSize, total) : total,
    options.maxExamples,
    sampled ? undefined : resume,
  );
  const endpoints = { source: session.source.endpoint, target: session.target.endpoint };
  const repairer = options.repair && options.mode === 'full' ? new Repairer(endpoints, session, options.repair) : null;
  return { session, options, inventories, tally, repairer, report: () => onProgress?.(tally.snapshot()) };
}

/** One that restarted may have older data, or none: nothing is overwritten or deleted by what it has. */
function assertSameSource({ source }: Session, { repair }: Required<VerificationOptions>, runId: string): void {
  const expected = repair?.sourceRunId ?? null;
  if (expected === null || expected === runId || source instanceof ClusterKeyspace) return;
  throw new MigrationError('SourceChanged', 'The source has restarted since it was copied.', {
    remedy:
      "Look whether it has all its data; then send 'retry', or 'abort', which leaves the target's keys as they are.",
  });
}

/** Both by the numbers that the selected databases have on the source. */
async function takeInventories({ source, target, selection }: Session): Promise<Run['inventories']> {
  const [ours, theirs] = await Promise.all([takeInventory(source), takeInventory(target)]);
  const selected = new Set(selection.databases(ours.keys.keys()));
  const targetKeys = [...theirs.keys].flatMap(([db, count]) => {
    const from = selection.sourceDatabase(db);
    return from === null ? [] : [[from, count] as const];
  });
  return {
    source: { ...ours, keys: new Map([...ours.keys].filter(([db]) => selected.has(db))) },
    target: { ...theirs, keys: new Map(targetKeys) },
  };
}

async function compareEverything(run: Run): Promise<VerificationResult> {
  const { session, tally, inventories, repairer, report } = run;
  const databases = databasesOf(inventories.source, inventories.target);
  for (const scanned of ['source', 'target'] as const) for (const db of databases) await scanDatabase(run, scanned, db);
  tally.begin('settle', -1, '');
  report();
  const changing = await settle(run);
  const offset = await offsetOf(session);
  return tally.finish(changing, { offset, unheld: repairer?.unheld ?? [] });
}

/** Of a cluster, where each primary has one of its own: 0. */
async function offsetOf({ source }: Session): Promise<number> {
  return source instanceof ClusterKeyspace ? 0 : infoNumber(await infoOf(source), 'master_repl_offset');
}
