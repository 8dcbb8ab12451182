import type { FileHandle } from 'node:fs/promises';
import { checksumBytes, type SnapshotFacts } from '../file/snapshot-check.js';
import { headerBytes, type RdbHeader, readHeader } from '../header.js';
import { RdbError } from '../rdb-error.js';
import { type RdbItem, RdbReader } from '../reader.js';
import type { Place } from './request.js';

const chunkBytes = 256 << 10;
/** A value bigger than this goes to the target in pieces. */
const bigValue = 512 << 10;

/** A snapshot's bytes. A FileHandle is one; one that is still being received waits for those that are asked for. */
export interface SnapshotBytes {
  /** @returns no bytes at the end */
  read(into: Buffer, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

/** What a snapshot that was checked says of itself at its two ends. @throws RdbError */
export async function readFacts(file: FileHandle): Promise<SnapshotFacts> {
  const { size } = await file.stat();
  const ends = Buffer.alloc(headerBytes + checksumBytes);
  await file.read(ends, 0, headerBytes, 0);
  await file.read(ends, headerBytes, checksumBytes, Math.max(0, size - checksumBytes));
  return { header: readHeader(ends), bytes: size, checksum: ends.toString('hex', headerBytes) };
}

/** Reads a snapshot's records from a file, from any of them on. */
export class FileSource {
  readonly reader: RdbReader;
  #position: number;

  constructor(
    private readonly file: SnapshotBytes,
    readonly header: RdbHeader,
    place: Place,
  ) {
    this.reader = new RdbReader({ bigValue, checksum: false, resume: { header, ...place } });
    this.#position = place.position;
  }

  /** The next record, all there or `big`. @throws RdbError */
  async next(): Promise<Exclude<RdbItem, 'more'>> {
    for (;;) {
      const item = this.nextHeld();
      if (item !== 'more') return item;
      await this.fill();
    }
  }

  /** The same, as long as it is in memory. */
  nextHeld(): RdbItem {
    return this.reader.next();
  }

  /** Reads on in the file, up to so many bytes. @throws RdbError when that is at its end */
  async fill(most = chunkBytes): Promise<void> {
    const room = this.reader.window.room(most);
    const { bytesRead } = await this.file.read(room, 0, Math.min(room.length, most), this.#position);
    if (bytesRead === 0) throw new RdbError(this.#position, 'it ends too early');
    this.reader.window.filled(bytesRead);
    this.#position += bytesRead;
  }

  /** Another one at the place of the record that this one is at. */
  again(): FileSource {
    const { position, db } = this.reader;
    return new FileSource(this.file, this.header, { position, db });
  }
}
