import { KeyBatch } from '../keys/key-batch.js';
import { Pace } from '../keys/pace.js';
import { copyBatch } from './copy-batch.js';
import { Outcome } from './outcome.js';
import type { CopyRequest, Endpoints } from './request.js';
import { CopySession } from './session.js';
import type { Writer } from './writers.js';

/** Copies keys that are known by name, over connections of its own: as many as a caller has at hand, not a whole partition. */
export class KeyCopier {
  #opened: { db: number; session: CopySession } | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly request: Pick<CopyRequest, 'selection' | 'onConflict'>,
    private readonly writer: Writer,
    private readonly signal: AbortSignal,
  ) {}

  /** @param db the source's @throws MigrationError what either server refused; Unreachable */
  async copy(db: number, keys: readonly Buffer[]): Promise<Outcome> {
    const request = this.#requestFor(db);
    const session = await this.#sessionFor(request);
    const pace = { keys: new Pace(undefined), bytes: new Pace(undefined) };
    const outcome = new Outcome();
    await copyBatch({ session, request, pace, signal: this.signal }, KeyBatch.of(keys), outcome);
    return outcome;
  }

  close(): void {
    this.#opened?.session.close();
    this.#opened = undefined;
  }

  async #sessionFor(request: CopyRequest): Promise<CopySession> {
    const { db } = request.partition;
    if (this.#opened?.db !== db) {
      this.close();
      this.#opened = { db, session: await CopySession.open(this.endpoints, request, this.writer) };
    }
    return this.#opened.session;
  }

  #requestFor(db: number): CopyRequest {
    const rate = { maxKeysPerSecond: null, maxBytesPerSecond: null, brake: false, baseline: null };
    const partition = { db, from: '0', to: null };
    const transport = { kind: 'worker' } as const;
    return { ...this.request, partition, transport, mode: 'copy', rate, resume: null, sliceMs: 0 };
  }
}
