import type { Feed } from '../../keys/key-feed.js';
import type { RdbItem, RdbReader } from '../reader.js';
import { ApplyBatch } from './batch.js';
import type { Chosen } from './chosen.js';
import type { FileSource } from './file-source.js';
import { asCursor } from './request.js';

/** A batch of keys, or one big value. */
export interface ApplyPage {
  /** Null: the source is at a big value, which has the file to itself until it is written. */
  batch: ApplyBatch | null;
  seen: number;
  /** Where the snapshot is read on afterwards; of a big value it is known when that is written. */
  cursor: string;
}

/** What to write for each record. */
export interface RecordWriter {
  key(batch: ApplyBatch, reader: RdbReader): void;
  library(batch: ApplyBatch, reader: RdbReader): void;
  /** Whether big values come as pages of their own, or as keys like any other. */
  readonly inPieces: boolean;
}

/** Turns the records of a snapshot into batches of commands. */
export class SnapshotFeed implements Feed<ApplyPage> {
  readonly #free: ApplyBatch[] = [];
  /** Found while a batch was being filled: it comes after that. */
  #big = false;
  #bigWritten: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(
    private readonly source: FileSource,
    private readonly chosen: Chosen,
    private readonly writer: RecordWriter,
  ) {}

  async next(): Promise<ApplyPage | undefined> {
    await this.#bigWritten;
    if (this.#big) return this.#bigPage();
    if (this.#ended) return undefined;
    const batch = (this.#free.pop() ?? new ApplyBatch()).clear();
    await this.#fill(batch);
    // Nothing came before a big value.
    if (this.#big && batch.seen + batch.commands === 0) return this.#bigPage();
    return { batch, seen: batch.seen, cursor: this.#cursor() };
  }

  recycle({ batch }: ApplyPage): void {
    if (batch) this.#free.push(batch);
  }

  /** Whoever writes the big value says so: nothing is read until then. */
  bigIsWritten(page: ApplyPage, written: Promise<unknown>): void {
    this.#bigWritten = written.then(() => {
      page.cursor = this.#cursor();
    });
    this.#bigWritten.catch(() => {}); // Whoever asks for the next page gets the error.
  }

  async #fill(batch: ApplyBatch): Promise<void> {
    while (!batch.full && !this.#big && !this.#ended) {
      const item = this.source.nextHeld();
      if (item === 'more') await this.source.fill();
      else if (item === 'end') this.#ended = true;
      else this.#take(batch, item);
    }
  }

  #take(batch: ApplyBatch, item: Exclude<RdbItem, 'more' | 'end'>): void {
    const { reader } = this.source;
    if (item === 'functions') this.writer.library(batch, reader);
    else if (item === 'big' && this.writer.inPieces && this.chosen.takes(reader)) this.#big = true;
    else {
      batch.seen++;
      if (this.chosen.takes(reader)) this.writer.key(batch, reader);
    }
  }

  #bigPage(): ApplyPage {
    this.#big = false;
    return { batch: null, seen: 1, cursor: '' };
  }

  #cursor(): string {
    return asCursor(this.source.reader);
  }
}
