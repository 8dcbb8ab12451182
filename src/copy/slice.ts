import { Pace } from '../keys/pace.js';
import { attempt } from './attempt.js';
import { Brake } from './brake.js';
import type { Lane } from './lane.js';
import type { Ledger } from './ledger.js';
import type { Patience } from './patience.js';
import type { CopyHooks, CopyRequest, Endpoints } from './request.js';
import { CopySession } from './session.js';

/** What is on its way when the signal comes may arrive, so that it needs not be done again. */
const graceMs = 75;

/** The time of one call, over all its connections. */
export class Slice {
  readonly #pace: Lane['pace'];
  readonly #end: number;
  readonly #brake: Brake | undefined;
  #counted = false;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly request: CopyRequest,
    private readonly hooks: CopyHooks,
    private readonly ledger: Ledger,
  ) {
    const { maxKeysPerSecond, maxBytesPerSecond } = request.rate;
    this.#pace = { keys: new Pace(maxKeysPerSecond ?? undefined), bytes: new Pace(maxBytesPerSecond ?? undefined) };
    this.#end = performance.now() + request.sliceMs;
    const { brake } = request.rate;
    const scanned = () => ledger.progress.scanned;
    if (brake !== false) this.#brake = new Brake(brake, this.#pace.keys, scanned, ledger.progress.brakedTo);
  }

  /** On one pair of connections. */
  async run(patience: Patience): Promise<void> {
    const { request, hooks, ledger } = this;
    const session = await CopySession.open(this.endpoints, request);
    if (hooks.signal.aborted) return session.close();
    const stop = () => setTimeout(() => session.close(), graceMs);
    hooks.signal.addEventListener('abort', stop);
    try {
      await this.#brake?.start(this.endpoints, request.rate.baseline);
      await attempt({
        lane: { session, request, pace: this.#pace, signal: hooks.signal },
        ledger,
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
