import { Pace } from '../keys/pace.js';
import { Brake } from './brake.js';
import type { Ledger } from './ledger.js';
import type { Patience } from './patience.js';
import type { CopyHooks, CopyRate, Endpoints } from './request.js';

/** What is on its way when the signal comes may arrive, so that it needs not be done again. */
const graceMs = 75;

/** What is done in slices. */
export interface Job<Session> {
  /** Whose latency the brake looks at. */
  endpoints: Endpoints;
  rate: CopyRate;
  sliceMs: number;
  /** @throws MigrationError as `RespConnection.open` */
  open(): Promise<Session>;
  /** Goes on from the ledger's checkpoint, to the end or until it is told to stop. @throws MigrationError; the signal's abort */
  attempt(going: Going<Session>): Promise<void>;
}

/** On one set of connections. */
export interface Going<Session> {
  session: Session;
  ledger: Ledger;
  pace: { keys: Pace; bytes: Pace };
  signal: AbortSignal;
  /** Asked before each batch. */
  goOn(): boolean;
  /** Called after each batch, in order, when it is counted. */
  onCounted(): void;
}

/** The time of one call, over all its connections. */
export class Slice<Session extends { close(): void }> {
  readonly #pace: Going<Session>['pace'];
  readonly #end: number;
  readonly #brake: Brake | undefined;
  #counted = false;

  constructor(
    private readonly job: Job<Session>,
    private readonly ledger: Ledger,
    private readonly hooks: CopyHooks,
  ) {
    const { brake } = job.rate;
    const limits = hooks.limits ?? (() => job.rate);
    this.#pace = { keys: new Pace(() => limits().maxKeysPerSecond), bytes: new Pace(() => limits().maxBytesPerSecond) };
    this.#end = performance.now() + job.sliceMs;
    const scanned = () => ledger.progress.scanned;
    if (brake !== false) this.#brake = new Brake(brake, this.#pace.keys, scanned, ledger.progress.brakedTo);
  }

  /** On one set of connections. */
  async run(patience: Patience): Promise<void> {
    const { job, hooks, ledger } = this;
    const session = await job.open();
    if (hooks.signal.aborted) return session.close();
    const stop = () => setTimeout(() => session.close(), graceMs);
    hooks.signal.addEventListener('abort', stop);
    try {
      await this.#brake?.start(job.endpoints, job.rate.baseline);
      await job.attempt({
        session,
        ledger,
        pace: this.#pace,
        signal: hooks.signal,
        goOn: () => !hooks.signal.aborted && (patience.tried || this.#hasTime),
        onCounted: () => {
          this.#counted = true;
          patience.restore();
          ledger.brakeTo(this.#brake?.limit ?? null);
          hooks.onProgress(ledger.progress);
        },
      });
    } finally {
      hooks.signal.removeEventListener('abort', stop);
      this.#brake?.stop();
      session.close();
    }
  }

  /** However short it is, something gets done; and while that fails, its end would hide the failure. */
  get #hasTime(): boolean {
    return !this.#counted || performance.now() < this.#end;
  }
}
