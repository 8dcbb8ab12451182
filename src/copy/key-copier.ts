import { KeyBatch } from '../keys/key-batch.js';
import { Pace } from '../keys/pace.js';
import { copyBatch } from './copy-batch.js';
import { Outcome } from './outcome.js';
import type { Endpoints, KeyRequest } from './request.js';
import { CopySession } from './session.js';
import type { Writer } from './writers.js';

/** Copies keys that are known by name, over connections of its own: as many as a caller has at hand, not a whole partition. */
export class KeyCopier {
  #opened: { db: number; session: CopySession } | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly request: Omit<KeyRequest, 'partition'>,
    private readonly writer: Writer,
    private readonly signal: AbortSignal,
  ) {}

  /** @param db the source's @throws MigrationError what either server refused; Unreachable */
  async copy(db: number, keys: readonly Buffer[]): Promise<Outcome> {
    const request = { ...this.request, partition: { db } };
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

  async #sessionFor(request: KeyRequest): Promise<CopySession> {
    const { db } = request.partition;
    if (this.#opened?.db !== db) {
      this.close();
      this.#opened = { db, session: await CopySession.open(this.endpoints, request, this.writer) };
    }
    return this.#opened.session;
  }
}
