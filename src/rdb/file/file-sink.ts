import type { SnapshotSink } from '../receive/receive-snapshot.js';
import { SnapshotCheck, type SnapshotFacts } from './snapshot-check.js';

const bufferBytes = 1 << 20;
/** Buffers on their way to the disk before the source has to wait. */
const mostWriting = 2;

/** A file that is written from its beginning to its end. */
export interface WritableFile {
  write(bytes: Buffer, from: number, size: number): Promise<{ bytesWritten: number }>;
}

/** Writes a snapshot to a file as it comes, and sums it. */
export class FileSink implements SnapshotSink {
  readonly #check = new SnapshotCheck();
  readonly #free: Buffer<ArrayBuffer>[] = [];
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #filled = 0;
  #writing = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(private readonly file: WritableFile) {}

  write(part: Buffer): Promise<void> | undefined {
    this.#check.update(part);
    for (let at = 0; at < part.length; ) {
      const copied = part.copy(this.#buffer, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === bufferBytes) this.#flush();
    }
    return this.#writing >= mostWriting ? this.#written : undefined;
  }

  /** Once all is on its way to the disk, and whole. @throws RdbError; Error of the file system */
  async finish(): Promise<SnapshotFacts> {
    const facts = this.#check.finish();
    if (this.#filled > 0) this.#flush();
    await this.#written;
    return facts;
  }

  #flush(): void {
    const [buffer, size] = [this.#buffer, this.#filled];
    this.#buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    this.#filled = 0;
    this.#writing++;
    this.#written = this.#written.then(async () => {
      for (let at = 0; at < size; ) at += (await this.file.write(buffer, at, size - at)).bytesWritten;
      this.#free.push(buffer);
      this.#writing--;
    });
    this.#written.catch(() => {}); // Whoever waits for it gets the error.
  }
}
