import { ProtocolError } from '../../resp/reply.js';

const newline = 10;
const longestLine = 256;
const markBytes = 40;

/**
 * Finds the snapshot in what a source sends after FULLRESYNC: newlines as long as it isn't ready, then
 * `$<bytes>` and so many bytes, or `$EOF:<mark>` and bytes until the mark, 40 bytes that the source has drawn.
 */
export class SnapshotFraming {
  /** All of the snapshot has come. */
  complete = false;
  /** Its bytes, where the source has counted them before: one that writes it to the wire at once has not. */
  announced: number | null = null;
  #line = '';
  /** Bytes that are still to come, where they were counted. */
  #left: number | undefined;
  #mark: Buffer | undefined;
  /** The last bytes, which may be the mark's beginning. */
  #tail = Buffer.alloc(0);

  /**
   * @param give gets the snapshot's own bytes, valid until it returns
   * @returns where the snapshot ends in the chunk, or the chunk's end
   * @throws ProtocolError; Error with the source's own words when it gives up
   */
  consume(chunk: Buffer, from: number, give: (part: Buffer) => void): number {
    let at = from;
    while (at < chunk.length && this.#left === undefined && !this.#mark) at = this.#readLine(chunk, at);
    if (at >= chunk.length || this.complete) return at;
    return this.#left === undefined ? this.#untilMark(chunk, at, give) : this.#counted(chunk, at, give, this.#left);
  }

  #readLine(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(newline, from);
    const to = end < 0 ? chunk.length : end;
    this.#line += chunk.toString('latin1', from, Math.min(to, from + longestLine + 1));
    if (this.#line.length > longestLine) throw new ProtocolError(0, 'a line beyond the limit before the snapshot');
    if (end < 0) return to;
    this.#understand(this.#line.trimEnd());
    this.#line = '';
    return to + 1;
  }

  #understand(line: string): void {
    if (line === '') return;
    const [, mark, length] = /^\$(?:EOF:(.*)|(\d{1,15}))$/.exec(line) ?? [];
    if (mark?.length === markBytes) this.#mark = Buffer.from(mark, 'latin1');
    else if (length !== undefined) this.#begin(Number(length));
    else if (line.startsWith('-')) throw new Error(line.slice(1));
    else throw new ProtocolError(0, `${JSON.stringify(line.slice(0, 40))} where a snapshot should begin`);
  }

  #begin(length: number): void {
    this.announced = length;
    this.#left = length;
    this.complete = length === 0;
  }

  #counted(chunk: Buffer, from: number, give: (part: Buffer) => void, left: number): number {
    const to = Math.min(chunk.length, from + left);
    give(chunk.subarray(from, to));
    this.#left = left - (to - from);
    this.complete = this.#left === 0;
    return to;
  }

  #untilMark(chunk: Buffer, from: number, give: (part: Buffer) => void): number {
    const mark = this.#mark as Buffer;
    const held = this.#tail.length;
    const bytes = Buffer.concat([this.#tail, chunk.subarray(from)]);
    const found = bytes.indexOf(mark);
    this.complete = found >= 0;
    // Without the mark, the last bytes may be its beginning.
    const end = this.complete ? found : Math.max(0, bytes.length - markBytes + 1);
    if (end > 0) give(bytes.subarray(0, end));
    this.#tail = Buffer.from(bytes.subarray(end));
    return this.complete ? from + found + markBytes - held : chunk.length;
  }
}
