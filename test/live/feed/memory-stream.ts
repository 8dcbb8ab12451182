import type { StreamBytes, StreamBytesReader } from '../../../src/live/feed/stream-bytes.js';
import { encodeCommands } from '../../../src/resp/encode.js';

/** A stream in memory that begins behind an offset. */
export class MemoryStream implements StreamBytes {
  #bytes = Buffer.alloc(0);
  #waiting = new Set<() => void>();

  constructor(readonly start: number) {}

  get end(): number {
    return this.start + this.#bytes.length;
  }

  /** @returns the offset of its last byte */
  write(...commands: (string | number | Buffer)[][]): number {
    return this.append(encodeCommands(commands));
  }

  append(bytes: Buffer): number {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return this.end;
  }

  reader(from: number): StreamBytesReader {
    let at = from;
    return {
      next: async signal => {
        while (at >= this.end) await this.#more(signal);
        const chunk = this.#bytes.subarray(at - this.start);
        at += chunk.length;
        return chunk;
      },
      close: async () => {},
    };
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}
