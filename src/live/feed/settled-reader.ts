import type { SpoolReader, StreamChunk } from '../spool/spool-reader.js';
import type { StreamBytesReader } from './stream-bytes.js';

/** What may be read: up to `end`. */
export interface Settled {
  readonly end: number;
  grown(from: number, signal: AbortSignal): Promise<void>;
}

/** Reads a spool, never beyond what may be sent. */
export class SettledReader implements StreamBytesReader {
  #chunk: StreamChunk | undefined;

  constructor(
    private readonly reader: SpoolReader,
    private position: number,
    private readonly settled: Settled,
  ) {}

  async next(signal: AbortSignal): Promise<Buffer> {
    await this.settled.grown(this.position, signal);
    if (!this.#chunk || this.#chunk.endOffset <= this.position) this.#chunk = await this.reader.next(signal);
    signal.throwIfAborted();
    const { bytes, endOffset } = this.#chunk as StreamChunk;
    const from = bytes.length - (endOffset - this.position);
    const to = bytes.length - Math.max(0, endOffset - this.settled.end);
    this.position += to - from;
    return bytes.subarray(from, to);
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}
