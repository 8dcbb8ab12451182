import { type FileHandle, open } from 'node:fs/promises';
import { headBytes, maxPayload, type RecordGuard, type RecordView, viewRecord } from './record.js';
import { type Segment, type Segments, segmentHeadBytes } from './segments.js';
import { damaged, SpoolGone } from './spool-error.js';

const windowBytes = 512 << 10;
const none = Buffer.alloc(0);

/** Reads the records of one file, in order. */
export class FileCursor {
  #window = none;
  #from = 0;
  #to = 0;
  /** Of the file, what was read. */
  #read = segmentHeadBytes;

  private constructor(
    readonly segment: Segment,
    private readonly handle: FileHandle,
    private readonly guard: RecordGuard,
  ) {}

  /** Undefined when the file is none of ours, or has not even a head. */
  static async open(segments: Segments, segment: Segment): Promise<FileCursor | undefined> {
    const handle = await open(segment.path, 'r');
    const guard = await segments.guardOf(handle).catch(async error => {
      await handle.close();
      throw error;
    });
    if (guard) return new FileCursor(segment, handle, guard);
    await handle.close();
    return undefined;
  }

  /** Of the file, up to where records were taken. */
  get taken(): number {
    return this.#read - (this.#to - this.#from);
  }

  /** @returns `more` when `fill` must be called first; `damaged` when what stands there is no record */
  next(view: RecordView): 'record' | 'more' | 'damaged' {
    const held = this.#to - this.#from;
    if (held < headBytes) return 'more';
    const size = viewRecord(view, this.#window, this.#from, this.guard.trailer);
    if (size === 0) return 'damaged';
    if (size > held) return 'more';
    if (!this.guard.open(this.#window, this.#from, view.to - view.from)) return 'damaged';
    this.#from += size;
    return 'record';
  }

  /** Reads on, never beyond what is written. @returns whether there was something */
  async fill(): Promise<boolean> {
    this.#makeRoom();
    const most = Math.min(this.#window.length - this.#to, this.segment.size - this.#read);
    if (most <= 0) return false;
    const { bytesRead } = await this.handle.read(this.#window, this.#to, most, this.#read);
    this.#read += bytesRead;
    this.#to += bytesRead;
    return bytesRead > 0;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  #makeRoom(): void {
    if (this.#window === none)
      this.#window = Buffer.allocUnsafeSlow(Math.max(windowBytes, 2 * (maxPayload + headBytes + this.guard.trailer)));
    this.#window.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
  }
}

/** Reads on in the files from an offset, from one to the next. */
export class FilesCursor {
  #cursor: FileCursor | undefined;

  constructor(private readonly segments: Segments) {}

  /** The next record that goes beyond an offset, as long as it is read already. @throws MigrationError SpoolFailed */
  next(view: RecordView, position: number): boolean {
    const cursor = this.#cursor;
    if (!cursor || position >= cursor.segment.end) return false;
    for (;;) {
      const found = cursor.next(view);
      if (found === 'damaged') throw damaged(cursor.segment.path, position);
      if (found === 'more') return false;
      if (view.start > position) throw damaged(cursor.segment.path, position);
      if (view.endOffset > position) return true;
    }
  }

  /** Reads on from the files. @throws MigrationError SpoolFailed; SpoolGone when it isn't in them any more */
  async fill(position: number): Promise<void> {
    if (!this.#cursor || position >= this.#cursor.segment.end) await this.#enter(position);
    const cursor = this.#cursor as FileCursor;
    if (!(await cursor.fill())) throw damaged(cursor.segment.path, position);
  }

  async close(): Promise<void> {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    await cursor?.close();
  }

  async #enter(position: number): Promise<void> {
    await this.close();
    const segment = this.segments.find(position);
    if (!segment) throw new SpoolGone(`the spool has nothing after offset ${position} any more`);
    this.#cursor = await FileCursor.open(this.segments, segment);
    if (!this.#cursor) throw damaged(segment.path, position);
  }
}
