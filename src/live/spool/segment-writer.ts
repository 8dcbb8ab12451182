import type { FileHandle } from 'node:fs/promises';
import type { RecordGuard } from './record.js';
import type { Room } from './room.js';
import type { Segment, Segments } from './segments.js';
import type { SpoolSettings } from './settings.js';
import type { Block, Tail } from './tail.js';

interface Open {
  segment: Segment;
  handle: FileHandle;
  guard: RecordGuard;
}

export interface WriterHooks {
  /** Throws when somebody else has the spool now. */
  mayGoOn(): Promise<void>;
  onWritten(): void;
  onDurable(): void;
  onFailure(error: unknown): void;
}

const everyMs = 1000;

/** Brings the tail of the stream into the files, behind whoever appends and whoever reads. */
export class SegmentWriter {
  /** Offset of the last byte that is in a file, and of the last that is on the disk for sure. */
  written: number;
  durable: number;
  #open: Open | undefined;
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #syncedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #asked = false;
  #closed = false;

  constructor(
    private readonly segments: Segments,
    private readonly tail: Tail,
    private readonly room: Room,
    private readonly settings: SpoolSettings,
    private readonly hooks: WriterHooks,
  ) {
    this.written = tail.end;
    this.durable = tail.end;
  }

  /** There is something to be written. */
  kick(): void {
    if (this.#writing || this.#closed) return;
    this.#writing = this.#drain()
      .catch(error => this.#fail(error))
      .then(() => {
        this.#writing = undefined;
        if (this.tail.next()) this.kick();
      });
  }

  /** What is written goes to the disk as soon as can be, whatever the policy. */
  syncSoon(): void {
    this.#asked = true;
    this.#syncIfDue();
  }

  /** Writes what there is, unless it is thrown away; closes the file. */
  async close(rest: 'keep' | 'discard'): Promise<void> {
    if (rest === 'discard') this.#closed = true;
    while (this.#writing) await this.#writing;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#syncing;
    const handle = this.#open?.handle;
    this.#open = undefined;
    if (rest === 'keep' && handle) await this.#sync(handle, this.written).catch(error => this.#fail(error));
    await handle?.close();
  }

  async #drain(): Promise<void> {
    for (let block = this.tail.next(); block && !this.#closed; block = this.tail.next()) await this.#write(block);
  }

  async #write(block: Block): Promise<void> {
    const { filled, written, end } = block;
    await this.room.within(() => this.segments.bytes + filled - written <= this.settings.maxBytes);
    const { segment, handle, guard } = await this.#fileFor(block);
    await this.#put(handle, guard.seal(block.bytes, written, filled), segment.size);
    this.segments.grew(segment, filled - written, end);
    this.written = end;
    this.tail.wrote(block, filled, this.settings.memoryBytes);
    if (this.settings.fsync === 'never') this.durable = end;
    this.hooks.onWritten();
    this.#syncIfDue();
  }

  async #put(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.room.onDisk(() => handle.write(bytes, at, bytes.length - at, position + at));
      at += bytesWritten;
    }
  }

  async #fileFor(block: Block): Promise<Open> {
    const open = this.#open;
    if (open && (block.written > 0 || open.segment.size < this.settings.segmentBytes)) return open;
    await this.hooks.mayGoOn();
    if (open) await this.#leave(open);
    this.#open = await this.room.onDisk(() => this.segments.create(block.start));
    return this.#open;
  }

  /** A file is on the disk before the next one is begun: only the last one can have a torn end. */
  async #leave({ handle }: Open): Promise<void> {
    this.#open = undefined;
    await this.#syncing;
    if (this.settings.fsync !== 'never') await this.#sync(handle, this.written);
    await handle.close();
  }

  #syncIfDue(): void {
    if (this.#syncing || this.#closed || this.durable === this.written || !this.#open) return;
    const waitMs = this.#asked || this.settings.fsync === 'always' ? 0 : this.#syncedAt + everyMs - performance.now();
    clearTimeout(this.#timer);
    if (waitMs > 0) this.#timer = setTimeout(() => this.#syncIfDue(), waitMs).unref();
    else this.#syncing = this.#syncAside(this.#open.handle);
  }

  async #syncAside(handle: FileHandle): Promise<void> {
    await this.#sync(handle, this.written).catch(error => this.#fail(error));
    this.#syncing = undefined;
    this.#syncIfDue();
  }

  async #sync(handle: FileHandle, written: number): Promise<void> {
    this.#asked = false;
    this.#syncedAt = performance.now();
    await this.room.onDisk(() => handle.datasync());
    // What is written after somebody else has opened the spool, nobody will find.
    await this.hooks.mayGoOn();
    this.durable = written;
    this.hooks.onDurable();
  }

  #fail(error: unknown): void {
    this.#closed = true;
    this.hooks.onFailure(error);
  }
}
