import type { FilesCursor } from './file-cursor.js';
import { RecordView, viewRecord } from './record.js';
import type { Block, Tail } from './tail.js';

/** A stretch of the source's stream, as it came. */
export interface StreamChunk {
  /** Valid until the reader is asked again. */
  bytes: Buffer;
  /** Offset of its last byte. */
  endOffset: number;
  /** Unix ms: when it came from the source. */
  arrivedAt: number;
}

/** Reads the stream in order, from memory or from the files, and waits at its end. */
export class SpoolReader {
  readonly #view = new RecordView();
  #block: Block | undefined;
  #at = 0;
  #ended: unknown;
  #wake: (() => void) | undefined;

  /** @param position the offset after which it reads */
  constructor(
    public position: number,
    private readonly tail: Tail,
    private readonly files: FilesCursor,
    private readonly onClose: () => void,
  ) {}

  /** The next stretch, if it is at hand; then `ready` says when it is worthwhile to ask again. @throws MigrationError SpoolFailed; SpoolGone */
  take(): StreamChunk | undefined {
    if (this.#ended) throw this.#ended;
    const found = this.#inMemory() ? this.#fromMemory() : this.files.next(this.#view, this.position);
    if (!found) return undefined;
    const { bytes, to, endOffset, arrivedAt } = this.#view;
    const from = to - (endOffset - this.position);
    this.position = endOffset;
    return { bytes: bytes.subarray(from, to), endOffset, arrivedAt };
  }

  /** Resolves when `take` has something, or the signal aborts. @throws MigrationError SpoolFailed; SpoolGone */
  async ready(signal?: AbortSignal): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.position < this.tail.start && !this.#inMemory()) await this.files.fill(this.position);
    else if (this.position >= this.tail.end) await this.#grown(signal);
    if (this.#ended) throw this.#ended;
  }

  /** The next stretch, waited for; undefined once the signal has aborted. @throws MigrationError SpoolFailed; SpoolGone */
  async next(signal?: AbortSignal): Promise<StreamChunk | undefined> {
    for (;;) {
      const chunk = this.take();
      if (chunk || signal?.aborted) return chunk;
      await this.ready(signal);
    }
  }

  close(): Promise<void> {
    this.onClose();
    this.#leave();
    return this.files.close();
  }

  /** For the spool: there is more. */
  wake(): void {
    this.#wake?.();
  }

  /** For the spool: there will be nothing more. */
  end(error: unknown): void {
    this.#ended = error;
    this.wake();
    this.close().catch(() => {}); // Read only: there is nothing to lose.
  }

  #inMemory(): boolean {
    // A block that is in hand is read to its end, whether the spool still keeps it or not.
    return this.position >= this.tail.start || (this.#block !== undefined && this.position < this.#block.end);
  }

  #fromMemory(): boolean {
    if (!this.#block || this.position >= this.#block.end) this.#enter();
    const block = this.#block;
    while (block && this.#at < block.filled) {
      this.#at += viewRecord(this.#view, block.bytes, this.#at, this.tail.trailer);
      if (this.#view.endOffset > this.position) return true;
    }
    return false;
  }

  #enter(): void {
    const block = this.tail.find(this.position);
    if (!block && this.#block?.end === this.position) return; // The newest one, which may go on.
    this.#leave();
    if (block) block.readers++;
    this.#block = block;
    this.#at = 0;
  }

  #leave(): void {
    if (this.#block) this.#block.readers--;
    this.#block = undefined;
  }

  #grown(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const wake = () => {
        this.#wake = undefined;
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener('abort', wake);
    });
  }
}
