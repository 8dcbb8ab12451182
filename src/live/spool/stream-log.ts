import { FilesCursor } from './file-cursor.js';
import type { Guards } from './guards.js';
import type { Room } from './room.js';
import { SegmentWriter } from './segment-writer.js';
import type { Segments } from './segments.js';
import type { SpoolSettings } from './settings.js';
import { SpoolGone, spoolError } from './spool-error.js';
import { SpoolReader } from './spool-reader.js';
import { Tail } from './tail.js';

/** One run of a source's stream, in memory and in files. */
export class StreamLog {
  readonly tail: Tail;
  readonly #writer: SegmentWriter;
  /** Where it was when it was opened. */
  readonly #begin: number;
  readonly #readers = new Set<SpoolReader>();
  #failure: unknown;
  /** Who appends too fast waits here. */
  #held: PromiseWithResolvers | undefined;
  #onDurable: (() => void)[] = [];

  constructor(
    readonly segments: Segments,
    guards: Guards,
    end: number,
    private readonly room: Room,
    private readonly settings: SpoolSettings,
    mayGoOn: () => Promise<void>,
  ) {
    this.#begin = end;
    this.tail = new Tail(end, guards.trailer, settings.segmentBytes);
    this.#writer = new SegmentWriter(segments, this.tail, room, settings, {
      mayGoOn,
      onWritten: () => this.#release(),
      onDurable: () => this.#tellDurable(),
      onFailure: error => this.#fail(spoolError(segments.dir, error)),
    });
  }

  get start(): number {
    return this.segments.first?.start ?? this.#begin;
  }

  get end(): number {
    return this.tail.end;
  }

  get durable(): number {
    return this.#writer.durable;
  }

  append(bytes: Buffer, arrivedAt: number): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    this.tail.append(bytes, arrivedAt);
    this.#writer.kick();
    for (const reader of this.#readers) reader.wake();
    if (this.tail.unwritten <= this.settings.unwrittenBytes) return undefined;
    this.#held ??= withResolvers();
    return this.#held.promise;
  }

  reader(from: number): SpoolReader {
    if (from < this.start || from > this.end)
      throw new SpoolGone(`offset ${from} is not in the spool, which has ${this.start} to ${this.end}`);
    const reader = new SpoolReader(from, this.tail, new FilesCursor(this.segments), () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  async trim(offset: number): Promise<void> {
    await this.segments.trim(offset);
    this.room.look();
  }

  /** Resolves once all that was appended is on the disk; under policy `never`, in the file. */
  sync(): Promise<void> {
    const goal = this.end;
    this.#writer.syncSoon();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#failure) reject(this.#failure);
        else if (this.durable >= goal) resolve();
        else this.#onDurable.push(look);
      };
      look();
    });
  }

  /** Readers get SpoolGone. */
  async close(rest: 'keep' | 'discard', why: string): Promise<void> {
    for (const reader of this.#readers) reader.end(new SpoolGone(why));
    this.room.close();
    const closing = this.#writer.close(rest);
    if (rest === 'discard') this.#fail(new SpoolGone(why));
    await closing;
    this.#fail(new SpoolGone(why));
  }

  #release(): void {
    if (this.settings.fsync === 'never') this.#tellDurable();
    else if (this.#onDurable.length > 0) this.#writer.syncSoon();
    if (this.tail.unwritten > this.settings.unwrittenBytes) return;
    this.#held?.resolve();
    this.#held = undefined;
  }

  #tellDurable(): void {
    for (const look of this.#onDurable.splice(0)) look();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#held?.reject(this.#failure);
    this.#held = undefined;
    this.#tellDurable();
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function withResolvers(): PromiseWithResolvers {
  const parts: Partial<PromiseWithResolvers> = {};
  const promise = new Promise<void>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  promise.catch(() => {}); // Whoever waits for it gets the error.
  return Object.assign(parts, { promise }) as PromiseWithResolvers;
}
