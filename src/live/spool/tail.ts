import { headBytes, maxPayload, putRecord } from './record.js';

/** Records one after another, as they go to the file. */
export interface Block {
  bytes: Buffer;
  filled: number;
  /** Of `filled`, what is in the file. */
  written: number;
  /** Offset before its first byte, and of its last. */
  start: number;
  end: number;
  /** How many read in it. */
  readers: number;
}

const mostBytes = 1 << 20;
/** Memory that is used again instead of being left to the collector, which lets much of it pile up. */
const mostFree = 4;

/** The end of the stream, in memory: what is yet to be written, and the newest of what is written. */
export class Tail {
  readonly #blocks: Block[] = [];
  readonly #free: Buffer[] = [];
  #end: number;
  /** Bytes that are not yet in the file. */
  unwritten = 0;
  readonly #blockBytes: number;

  /**
   * @param end where the stream is
   * @param trailer bytes behind each stretch of it
   */
  constructor(
    end: number,
    readonly trailer: number,
    segmentBytes: number,
  ) {
    this.#end = end;
    this.#blockBytes = Math.max(Math.min(mostBytes, segmentBytes), headBytes + maxPayload + trailer);
  }

  /** Offset of the last byte. */
  get end(): number {
    return this.#end;
  }

  /** From here on, all is in memory. */
  get start(): number {
    return this.#blocks[0]?.start ?? this.#end;
  }

  append(bytes: Buffer, arrivedAt: number): void {
    for (let at = 0; at < bytes.length; at += maxPayload)
      this.#put(bytes.subarray(at, Math.min(bytes.length, at + maxPayload)), arrivedAt);
  }

  /** The first block with something unwritten. */
  next(): Block | undefined {
    return this.#blocks.find(block => block.written < block.filled);
  }

  /** @returns the block with what follows an offset */
  find(position: number): Block | undefined {
    return this.#blocks.find(block => block.start <= position && position < block.end);
  }

  /** A block is in the file up to there; the oldest ones go as long as so many bytes stay. */
  wrote(block: Block, to: number, keepBytes: number): void {
    this.unwritten -= to - block.written;
    block.written = to;
    while (this.#blocks.length > 1 && this.#oldestMayGo(keepBytes)) this.#drop();
  }

  #drop(): void {
    const block = this.#blocks.shift() as Block;
    if (block.readers === 0 && this.#free.length < mostFree) this.#free.push(block.bytes);
  }

  #oldestMayGo(keepBytes: number): boolean {
    const [oldest] = this.#blocks;
    if (oldest === undefined || oldest.written < oldest.filled) return false;
    return this.#blocks.length * this.#blockBytes > keepBytes;
  }

  #put(bytes: Buffer, arrivedAt: number): void {
    const size = headBytes + bytes.length + this.trailer;
    const block = this.#roomFor(size);
    putRecord(block.bytes, block.filled, this.#end, arrivedAt, bytes);
    block.filled += size;
    this.unwritten += size;
    this.#end += bytes.length;
    block.end = this.#end;
  }

  #roomFor(size: number): Block {
    const last = this.#blocks.at(-1);
    if (last && last.filled + size <= last.bytes.length) return last;
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#blockBytes);
    const block = { bytes, filled: 0, written: 0, start: this.#end, end: this.#end, readers: 0 };
    this.#blocks.push(block);
    return block;
  }
}
