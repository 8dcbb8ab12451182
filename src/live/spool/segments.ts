import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Guards, saltBytes } from './guards.js';
import type { RecordGuard } from './record.js';

/** A file with a part of the stream. */
export interface Segment {
  path: string;
  /** Offset before its first byte, and of its last one. */
  start: number;
  end: number;
  /** Of the file, in bytes, what is written. */
  size: number;
}

const magic = Buffer.from('RMSPOOL1', 'latin1');
export const segmentHeadBytes = magic.length + saltBytes;
const suffix = '.segment';

/** The files of one run of the stream, in its order. */
export class Segments {
  #list: Segment[] = [];
  /** Of all files. */
  bytes = 0;

  constructor(
    readonly dir: string,
    private readonly run: string,
    private readonly guards: Guards,
  ) {}

  get first(): Segment | undefined {
    return this.#list[0];
  }

  get last(): Segment | undefined {
    return this.#list.at(-1);
  }

  /** The file with what follows an offset. */
  find(position: number): Segment | undefined {
    return this.#list.find(segment => segment.start <= position && position < segment.end);
  }

  /** Whether it has grown by so much. */
  grew(segment: Segment, bytes: number, end: number): void {
    segment.size += bytes;
    segment.end = end;
    this.bytes += bytes;
  }

  /** Finds what is there; of the last file, the end is not known then. */
  async load(): Promise<void> {
    const names = (await readdir(this.dir)).filter(name => name.startsWith(`${this.run}.`) && name.endsWith(suffix));
    for (const name of names.sort()) {
      const start = Number(name.slice(this.run.length + 1, -suffix.length));
      const file = path.join(this.dir, name);
      const handle = await open(file, 'r');
      const { size } = await handle.stat().finally(() => handle.close());
      if (this.last) this.last.end = start;
      this.#list.push({ path: file, start, end: start, size });
      this.bytes += size;
    }
  }

  /** Makes the file that goes on from an offset. */
  async create(start: number): Promise<{ segment: Segment; handle: FileHandle; guard: RecordGuard }> {
    const name = `${this.run}.${String(start).padStart(16, '0')}${suffix}`;
    const file = path.join(this.dir, name);
    const salt = randomBytes(saltBytes);
    // One of that name has nothing in it: it was left by one who had no room, or died. Who still writes to it goes on there.
    await rm(file, { force: true });
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.write(Buffer.concat([magic, salt]), 0, segmentHeadBytes, 0);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const segment = { path: file, start, end: start, size: segmentHeadBytes };
    if (this.last?.path === file) this.drop(this.last);
    this.#list.push(segment);
    this.bytes += segmentHeadBytes;
    return { segment, handle, guard: this.guards.of(salt) };
  }

  /** Reads a file's head. @returns undefined when it is none */
  async guardOf(handle: FileHandle): Promise<RecordGuard | undefined> {
    const head = Buffer.alloc(segmentHeadBytes);
    const { bytesRead } = await handle.read(head, 0, segmentHeadBytes, 0);
    const isOne = bytesRead === segmentHeadBytes && head.subarray(0, magic.length).equals(magic);
    return isOne ? this.guards.of(head.subarray(magic.length)) : undefined;
  }

  /** Removes whole files that have nothing beyond an offset, never the last one. */
  async trim(offset: number): Promise<void> {
    const gone = this.#list.slice(0, -1).filter(({ end }) => end <= offset);
    for (const segment of gone) this.drop(segment);
    for (const { path: file } of gone) await rm(file, { force: true });
  }

  /** Its file is gone, or about to. */
  drop(segment: Segment): void {
    this.#list = this.#list.filter(each => each !== segment);
    this.bytes -= segment.size;
  }
}
