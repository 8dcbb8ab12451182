import { Crc64 } from '../../rdb/crc64.js';

/** Of one record: as much of the stream as came at once. */
export const maxPayload = 128 << 10;

const lengthAt = 0;
const startAt = 4;
const arrivedAt = 12;
export const headBytes = 20;
const checksumBytes = 8;

/** Where a record stands in some bytes, and what it says. One object is used again and again. */
export class RecordView {
  /** The offset before its first byte. */
  start = 0;
  /** Unix ms. */
  arrivedAt = 0;
  /** Its stretch of the stream is `bytes[from .. to)`. */
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;

  get endOffset(): number {
    return this.start + this.to - this.from;
  }
}

/** Makes what follows a record's stretch of the stream prove that it is what was written. Of one file. */
export interface RecordGuard {
  /** Bytes that follow each stretch. */
  readonly trailer: number;
  /** Guards the records there, whole ones. @returns the bytes for the file; the same, or others */
  seal(bytes: Buffer, from: number, to: number): Buffer;
  /** Whether the record whose head is at `at` is what was sealed; makes it readable in place. Once for each record. */
  open(bytes: Buffer, at: number, payload: number): boolean;
}

/** CRC64 over head and stretch. */
export class ChecksumGuard implements RecordGuard {
  readonly trailer = checksumBytes;
  readonly #sum = new Crc64();

  seal(bytes: Buffer, from: number, to: number): Buffer {
    for (let at = from; at < to; ) {
      const end = at + headBytes + payloadAt(bytes, at);
      this.#sum.clear().update(bytes, at, end).write(bytes, end);
      at = end + checksumBytes;
    }
    return bytes.subarray(from, to);
  }

  open(bytes: Buffer, at: number, payload: number): boolean {
    const end = at + headBytes + payload;
    return this.#sum.clear().update(bytes, at, end).isAt(bytes, end);
  }
}

/** Bytes of the stretch of the record there, and the offset before it. */
export const payloadAt = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + lengthAt);
export const startOf = (bytes: Buffer, at: number): number => bytes.readDoubleLE(at + startAt);

/** Writes a record's head and stretch; its guard comes after. */
export function putRecord(into: Buffer, at: number, start: number, arrived: number, bytes: Uint8Array): void {
  into.writeUInt32LE(bytes.length, at + lengthAt);
  into.writeDoubleLE(start, at + startAt);
  into.writeDoubleLE(arrived, at + arrivedAt);
  into.set(bytes, at + headBytes);
}

/** Reads the head there. @returns bytes of the whole record; 0 when there can be none */
export function viewRecord(view: RecordView, bytes: Buffer, at: number, trailer: number): number {
  const payload = payloadAt(bytes, at);
  if (payload === 0 || payload > maxPayload) return 0;
  view.bytes = bytes;
  view.start = startOf(bytes, at);
  view.arrivedAt = bytes.readDoubleLE(at + arrivedAt);
  view.from = at + headBytes;
  view.to = view.from + payload;
  return headBytes + payload + trailer;
}
