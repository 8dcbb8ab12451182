import { Crc64 } from '../crc64.js';
import { hasChecksum, headerBytes, type RdbHeader, readHeader } from '../header.js';
import { opcode } from '../opcodes.js';
import { RdbError } from '../rdb-error.js';

export const checksumBytes = 8;

/** What is known of a snapshot without looking at its keys. */
export interface SnapshotFacts {
  header: RdbHeader;
  bytes: number;
  /** Its last bytes in hex: with its size, it is this snapshot and no other. */
  checksum: string;
}

/** Sums a snapshot as it goes by. */
export class SnapshotCheck {
  readonly #sum = new Crc64();
  #head = Buffer.alloc(0);
  #header: RdbHeader | undefined;
  /** The last bytes so far: those of the checksum, if nothing follows. */
  #tail = Buffer.alloc(0);
  #beforeTail = 0;
  #bytes = 0;

  /** @throws RdbError a header that is none, or of a version that can't be read */
  update(part: Buffer): void {
    if (!this.#header) this.#readHead(part);
    this.#bytes += part.length;
    const certain = Math.max(0, this.#tail.length + part.length - checksumBytes);
    const ofTail = Math.min(certain, this.#tail.length);
    const ofPart = certain - ofTail;
    this.#sum.update(this.#tail, 0, ofTail).update(part, 0, ofPart);
    if (certain > 0) this.#beforeTail = (ofPart > 0 ? part[ofPart - 1] : this.#tail[ofTail - 1]) as number;
    this.#tail = Buffer.concat([this.#tail.subarray(ofTail), part.subarray(ofPart)]);
  }

  /** All has gone by. @throws RdbError what isn't whole, or damaged */
  finish(): SnapshotFacts {
    const header = this.#header;
    if (!header) throw new RdbError(this.#bytes, 'it ends within its header');
    const tail = this.#tail;
    const end = hasChecksum(header) ? this.#beforeTail : tail.at(-1);
    if (end !== opcode.end) throw new RdbError(this.#bytes, 'it ends before its end mark: a part is missing');
    if (hasChecksum(header) && !this.#sum.isAt(tail, 0) && tail.readBigInt64LE(0) !== 0n)
      throw new RdbError(this.#bytes, 'the checksum is not that of the bytes before it: the snapshot is damaged');
    return { header, bytes: this.#bytes, checksum: tail.toString('hex') };
  }

  #readHead(part: Buffer): void {
    this.#head = Buffer.concat([this.#head, part.subarray(0, headerBytes - this.#head.length)]);
    if (this.#head.length === headerBytes) this.#header = readHeader(this.#head);
  }
}
