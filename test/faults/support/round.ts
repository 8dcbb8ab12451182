import { randomUUID } from 'node:crypto';
import type { MigrationInput } from '../../../src/contract/input.js';
import type { MigrationResult } from '../../../src/contract/status.js';
import type { Migration } from '../../e2e/support/migration.js';
import { Trial, type TrialOptions } from '../../e2e/support/trial.js';
import { audit, fill, type Journal, longestWait, type RedisServer, type Writers, waitFor } from '../../lab/index.js';
import { evidence } from './evidence.js';
import { movesOf } from './ownership.js';
import type { Place } from './place.js';

export interface RoundOptions extends TrialOptions {
  input?: Partial<MigrationInput>;
  keys?: number;
  /** The full sync takes so long, in ms: there is time for something to happen in it. */
  syncMs?: number;
  writers?: { count?: number; ratePerWriter?: number };
  /** The writers know no other server than the source. */
  sourceOnly?: boolean;
}

/** How it must have ended: where the data is, and how often the master changed. */
export interface Ending {
  master: RedisServer;
  moves: number;
  /** Acknowledged writes that may be missing, where the operator accepted a loss. */
  mayLose?: boolean;
  /** From when on no writer may have waited for longer than so many ms. */
  longestWait?: { since: number; until?: number; withinMs: number };
}

export interface Settled {
  acknowledged: number;
  journal: Journal;
  longestWaitMs: number;
}

/** One migration under writers, to which something happens; audited at its end. */
export class Round {
  #migration: Migration | undefined;
  #writers: Writers | undefined;

  private constructor(
    readonly place: Place,
    readonly trial: Trial,
    readonly options: RoundOptions,
  ) {}

  /** Runs the body with servers of its own; a failure says all that is known about what happened. */
  static async run<T>(place: Place, options: RoundOptions, body: (round: Round) => Promise<T>): Promise<T> {
    await place.replaceDead();
    const round = new Round(place, await Trial.begin(place.client, options), options);
    try {
      const result = await body(round);
      if (process.env.FAULTS_FIGURES) process.stdout.write(`${JSON.stringify(result)}\n`);
      return result;
    } catch (error) {
      throw new Error(await evidence(round, error), { cause: error });
    } finally {
      for (const worker of place.workers) worker.thaw();
      await round.trial.close();
    }
  }

  get source(): RedisServer {
    return this.trial.source;
  }

  get target(): RedisServer {
    return this.trial.target;
  }

  get migration(): Migration {
    if (!this.#migration) throw new Error('the migration was not started');
    return this.#migration;
  }

  get started(): Migration | undefined {
    return this.#migration;
  }

  /** Data, 8 writers, and the migration. */
  async begin(changes: Partial<MigrationInput> = {}): Promise<void> {
    const { keys = 200, syncMs, writers, sourceOnly, input } = this.options;
    if (keys > 0) await fill(this.source, { keys });
    if (syncMs) await this.slowDown(syncMs / keys);
    this.#writers = await this.trial.write({
      ...{ count: 8, ratePerWriter: 100, ...writers },
      ...(sourceOnly ? { target: this.source } : {}),
    });
    await this.migrate({ ...input, ...changes });
  }

  async migrate(input: Partial<MigrationInput> = {}): Promise<void> {
    const quick = { verification: { mode: 'none' }, observe: { duration: '1h', maxLatency: '10s' } } as const;
    const workflowId = `faults-${randomUUID().slice(0, 8)}`;
    this.#migration = await this.trial.start({ ...quick, ...input }, { workflowId });
  }

  /** Whatever fills a server is in its append-only file only after a rewrite. */
  private async slowDown(msPerKey: number): Promise<void> {
    const { source } = this;
    const idle = async () => (await source.info('persistence')).aof_rewrite_in_progress === '0';
    if ((await source.info('persistence')).aof_enabled === '1') {
      await source.cli('BGREWRITEAOF');
      await waitFor(idle, { what: 'the append-only file to be written anew' });
    }
    await source.cli('CONFIG', 'SET', 'rdb-key-save-delay', String(Math.round(msPerKey * 1000)));
  }

  /** Until the target receives the data; see `syncMs`. */
  async untilSyncing(): Promise<void> {
    const syncing = async () => (await this.target.info('replication')).master_sync_in_progress === '1';
    await waitFor(syncing, { what: 'the full sync', timeoutMs: 30_000 });
  }

  /** Consents, and waits until the promotion is known and a write was taken by the target. */
  async cutOver(): Promise<void> {
    const { migration } = this;
    await migration.untilReady();
    await migration.signal('cutover', {});
    await migration.until('promoted', ({ cutover }) => cutover !== null);
    await this.untilWritten(this.target);
  }

  /** Until a writer's write is acknowledged by that server, sent after now. */
  async untilWritten(server: RedisServer, timeoutMs = 20_000): Promise<void> {
    const { writers } = this;
    const before = writers.progress().lastAckBy[server.address] ?? 0;
    await waitFor(() => (writers.progress().lastAckBy[server.address] ?? 0) > before, {
      what: `a write to ${server === this.source ? 'the source' : 'the target'}`,
      timeoutMs,
    });
  }

  get writers(): Writers {
    if (!this.#writers) throw new Error('no writers were started');
    return this.#writers;
  }

  /** How the migration ended; fails by itself before the test's own limit does, which would say nothing. */
  async outcome(timeoutMs = 60_000): Promise<MigrationResult['outcome']> {
    const late = AbortSignal.timeout(timeoutMs);
    const tooLate = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`the migration did not end within ${timeoutMs} ms`)));
    });
    const { outcome } = await Promise.race([this.migration.result(), tooLate]);
    return outcome;
  }

  /** Stops the writers, and holds what they were told against the master. */
  async settle({ master, moves, mayLose = false, longestWait: bound }: Ending): Promise<Settled> {
    const journal = await this.writers.stop();
    const { acknowledged, lost, duplicated, unexpected } = await audit(master, journal);
    const wrong = { ...(mayLose ? {} : { lost }), duplicated, unexpected };
    for (const [what, findings] of Object.entries(wrong))
      if (findings.length > 0) throw new Error(`${findings.length} ${what}: ${JSON.stringify(findings.slice(0, 5))}`);
    const moved = movesOf(journal.entries);
    if (moved > moves) throw new Error(`both servers took writes: they moved ${moved} times in ${moves} cutovers`);
    const { writer, ms } = longestWait(journal.entries, bound);
    if (bound && ms > bound.withinMs) throw new Error(`writer ${writer} had to wait for ${ms} ms`);
    return { acknowledged, journal, longestWaitMs: Math.round(ms) };
  }
}
